"""What a person can see."""

from __future__ import annotations

from bot.playground import seed
from bot.playground.errors import ActError
from bot.playground.model import Conversation, Json, User
from bot.playground.people.shown import shown_message
from bot.playground.playground import Playground

_MOST = 1000


def state(playground: Playground, user: User) -> Json:
    config = playground.config
    command = {"description": config.command_description, "usage_hint": config.command_usage_hint}
    return {
        "team": {"id": seed.TEAM_ID, "name": seed.TEAM_NAME},
        "me": _user(user),
        "users": [_user(other) for other in playground.workspace.users.values()],
        "conversations": [_conversation(playground, c, user) for c in playground.workspace.conversations_of(user.id)],
        "commands": [{"command": name, **command} for name in config.commands],
        "shortcuts": [{"callback_id": s.callback_id, "name": s.name, "type": s.type} for s in config.shortcuts],
        "bot_user_id": seed.BOT_USER_ID,
    }


def messages(playground: Playground, user: User, channel: str, *, thread_ts: str, before: str, limit: int) -> Json:
    """The newest `limit` messages that are older than `before`, oldest first; without `before`, all is then read."""
    conversation = playground.workspace.conversations.get(channel)
    if conversation is None or user.id not in conversation.members:
        raise ActError("channel_not_found", f"{user.real_name} is in no conversation {channel!r}.")
    found = playground.workspace.messages(channel, user.id)
    if thread_ts:
        found = [m for m in found if thread_ts in (m.ts, m.thread_ts)]
    else:
        found = [m for m in found if not m.thread_ts]
    if before:
        found = [m for m in found if m.ts < before]
    else:
        playground.workspace.mark_read(user.id, channel)
    newest = found[-min(max(limit, 1), _MOST) :]
    return {"messages": [shown_message(playground.workspace, m) for m in newest]}


def _user(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "locale": user.locale,
        "color": user.color,
        "is_bot": user.is_bot,
    }


def _conversation(playground: Playground, conversation: Conversation, user: User) -> Json:
    shown: Json = {
        "id": conversation.id,
        "name": conversation.name,
        "kind": conversation.kind,
        "unread": playground.workspace.unread(user.id, conversation.id),
        "topic": conversation.topic,
        "is_archived": conversation.archived,
        "has_app": seed.BOT_USER_ID in conversation.members,
    }
    if conversation.kind == "im":
        shown["user"] = next(member for member in conversation.members if member != user.id)
    return shown
