"""Slack's JSON of people, channels, messages and views."""

from __future__ import annotations

import re

from bot.playground import seed
from bot.playground.file_shapes import file_object
from bot.playground.model import Conversation, Json, Message, User, View
from bot.playground.workspace import Workspace

_MENTION = re.compile(r"<@([A-Z0-9]+)>")


def user_object(user: User, *, include_locale: bool) -> Json:
    shown = {"real_name": user.real_name, "display_name": user.name if user.is_bot else user.real_name}
    profile: Json = {
        **shown,
        "real_name_normalized": shown["real_name"],
        "display_name_normalized": shown["display_name"],
        "title": "",
        "status_text": "",
        "status_emoji": "",
        "avatar_hash": "",
        "team": seed.TEAM_ID,
    }
    if user.is_bot:
        profile |= {"api_app_id": seed.APP_ID, "bot_id": seed.BOT_ID, "always_active": True}
    found: Json = {
        "id": user.id,
        "team_id": seed.TEAM_ID,
        "name": user.name,
        "deleted": False,
        "color": user.color,
        "real_name": user.real_name,
        "tz": user.tz,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    return found | ({"locale": user.locale} if include_locale else {})


def conversation_object(conversation: Conversation, *, member: str) -> Json:
    """As the one who asks, `member`, sees it."""
    if conversation.kind == "im":
        other = next(user for user in conversation.members if user != member)
        return {
            "id": conversation.id,
            "created": conversation.created,
            "is_im": True,
            "is_org_shared": False,
            "is_archived": False,
            "user": other,
        }
    canvas = {"file_id": conversation.canvas, "is_empty": False, "quip_thread_id": ""}
    creator = conversation.members[0] if conversation.members else seed.ADA.id
    return {
        "id": conversation.id,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": False,
        "created": conversation.created,
        "creator": creator,
        "is_archived": conversation.archived,
        "is_general": conversation.name == "general",
        "unlinked": 0,
        "is_shared": False,
        "is_org_shared": False,
        "is_ext_shared": False,
        "pending_shared": [],
        "is_pending_ext_shared": False,
        "is_member": member in conversation.members,
        "context_team_id": seed.TEAM_ID,
        "topic": {"value": conversation.topic, "creator": creator, "last_set": conversation.created},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
        **({"properties": {"canvas": canvas}} if conversation.canvas else {}),
    }


def bot_profile() -> Json:
    return {
        "id": seed.BOT_ID,
        "deleted": False,
        "name": seed.BOT.real_name,
        "updated": 0,
        "app_id": seed.APP_ID,
        "icons": {"image_36": "", "image_48": "", "image_72": ""},
        "team_id": seed.TEAM_ID,
    }


def message_object(workspace: Workspace, message: Message, *, metadata: bool = False) -> Json:
    """A message as `conversations.history` and events have it; metadata only for those who ask."""
    found: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    found["team"] = seed.TEAM_ID
    blocks = _blocks(message)
    optional: Json = {
        "subtype": message.subtype,
        "client_msg_id": message.client_msg_id,
        "username": message.username,
        "blocks": blocks,
        "metadata": message.metadata if metadata else None,
        "reactions": [{"name": n, "users": list(u), "count": len(u)} for n, u in message.reactions],
    }
    found |= {key: value for key, value in optional.items() if value}
    if message.by_app:
        found |= {"bot_id": seed.BOT_ID, "app_id": seed.APP_ID, "bot_profile": bot_profile()}
    if message.edited_ts:
        found["edited"] = {"user": message.user, "ts": message.edited_ts}
    if message.files:
        files = (workspace.files.get(file) for file in message.files)
        found |= {"files": [file_object(workspace, file) for file in files if file], "upload": False}
    if message.subtype == "tombstone":
        found["hidden"] = True
    return found | _thread_fields(workspace, message)


def _thread_fields(workspace: Workspace, message: Message) -> Json:
    if message.thread_ts:
        root = workspace.message(message.channel, message.thread_ts)
        return {"thread_ts": message.thread_ts, "parent_user_id": root.user if root else ""}
    replies = workspace.replies(message.channel, message.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }


def _blocks(message: Message) -> list[Json]:
    if message.blocks or message.by_app or not message.text:
        return list(message.blocks)
    return [typed_text_block(message.text, message.ts)]


def typed_text_block(text: str, seed_text: str) -> Json:
    """The rich text block that Slack makes of what a person types."""
    parts = _MENTION.split(text)
    elements = [
        {"type": "user", "user_id": part} if index % 2 else {"type": "text", "text": unescape(part)}
        for index, part in enumerate(parts)
        if part
    ]
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "block_id": seed_text[-5:], "elements": [section]}


def escape(text: str) -> str:
    """docs.slack.dev/messaging/formatting-message-text#escaping"""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def view_object(view: View) -> Json:
    """A view as `views.open` answers it, and as interaction payloads carry it."""
    defaults: Json = {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "submit": None,
        "close": None,
    }
    return {
        **defaults,
        **view.view,
        "title": view.view.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "id": view.id,
        "team_id": seed.TEAM_ID,
        "state": {"values": view.values or {}},
        "hash": view.hash,
        "root_view_id": view.root_view_id,
        "previous_view_id": view.previous_view_id,
        "app_id": seed.APP_ID,
        "app_installed_team_id": seed.TEAM_ID,
        "bot_id": seed.BOT_ID,
    }
