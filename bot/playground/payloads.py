"""What the app is sent when a person acts (docs.slack.dev/interactivity/handling-user-interaction)."""

from __future__ import annotations

from typing import Any

from bot.playground import seed
from bot.playground.ids import new_ts
from bot.playground.model import Conversation, Json, Message, User, View
from bot.playground.shapes import message_object, view_object
from bot.playground.workspace import Workspace


def slash_command(
    user: User, conversation: Conversation, command: str, text: str, *, trigger_id: str, response_url: str
) -> Json:
    return {
        "token": seed.VERIFICATION_TOKEN,
        "team_id": seed.TEAM_ID,
        "team_domain": seed.TEAM_DOMAIN,
        "channel_id": conversation.id,
        "channel_name": conversation_name(conversation),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": seed.APP_ID,
        "is_enterprise_install": False,
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def message_action(
    workspace: Workspace, user: User, message: Message, action: Json, *, trigger_id: str, response_url: str
) -> Json:
    """block_actions below a message; what only one person sees is not sent along."""
    conversation = workspace.conversations[message.channel]
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": bool(message.ephemeral_to),
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = _common("block_actions", user) | {
        "container": container,
        "trigger_id": trigger_id,
        "channel": {"id": message.channel, "name": conversation_name(conversation)},
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [action],
    }
    if not message.ephemeral_to:
        payload["message"] = message_object(workspace, message, metadata=True)
    return payload


def view_action(user: User, view: View, action: Json, trigger_id: str) -> Json:
    """block_actions in a modal or a home tab."""
    return _common("block_actions", user) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger_id,
        "view": view_object(view),
        "actions": [action],
    }


def view_submission(user: User, view: View, trigger_id: str) -> Json:
    return _common("view_submission", user) | {"trigger_id": trigger_id, "view": view_object(view)}


def view_closed(user: User, view: View, *, cleared: bool) -> Json:
    return _common("view_closed", user) | {"view": view_object(view), "is_cleared": cleared}


def global_shortcut(user: User, callback_id: str, trigger_id: str) -> Json:
    return _common("shortcut", user) | {"callback_id": callback_id, "trigger_id": trigger_id, "action_ts": new_ts()}


def message_shortcut(
    workspace: Workspace, user: User, message: Message, callback_id: str, *, trigger_id: str, response_url: str
) -> Json:
    conversation = workspace.conversations[message.channel]
    payload = _common("message_action", user)
    del payload["api_app_id"]
    del payload["user"]["username"]
    return payload | {
        "callback_id": callback_id,
        "trigger_id": trigger_id,
        "message_ts": message.ts,
        "response_url": response_url,
        "message": message_object(workspace, message, metadata=True),
        "channel": {"id": conversation.id, "name": conversation_name(conversation)},
        "action_ts": new_ts(),
    }


def home_opened(user: str, channel: str, tab: str, view: View | None) -> Json:
    """The app_home_opened event; `tab` is "home" or "messages"."""
    event: Json = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": new_ts()}
    return event | ({"view": view_object(view)} if view and tab == "home" else {})


def conversation_name(conversation: Conversation) -> str:
    return conversation.name if conversation.kind == "channel" else "directmessage"


def _common(kind: str, user: User) -> dict[str, Any]:
    return {
        "type": kind,
        "team": {"id": seed.TEAM_ID, "domain": seed.TEAM_DOMAIN},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": seed.TEAM_ID},
        "api_app_id": seed.APP_ID,
        "token": seed.VERIFICATION_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }
