"""conversations.list, info, open, members, join."""

from __future__ import annotations

from dataclasses import replace

from bot.playground import seed
from bot.playground.errors import SlackError
from bot.playground.ids import new_ts
from bot.playground.model import Conversation, Json
from bot.playground.shapes import conversation_object
from bot.playground.web_api.call import Call, Methods, visible_to_app
from bot.playground.web_api.paging import page


def list_all(call: Call) -> Json:
    kinds = (call.text("types") or "public_channel").split(",")
    wanted = {"channel"} if "public_channel" in kinds else set()
    wanted |= {"im"} if "im" in kinds else set()
    found = [
        conversation_object(conversation, member=seed.BOT_USER_ID)
        for conversation in call.playground.workspace.conversations.values()
        if conversation.kind in wanted and visible_to_app(conversation)
        if not (call.flag("exclude_archived") and conversation.archived)
    ]
    shown, cursor = page(call, found)
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


def info(call: Call) -> Json:
    conversation = call.conversation()
    found = conversation_object(conversation, member=seed.BOT_USER_ID)
    if call.flag("include_num_members"):
        found["num_members"] = len(conversation.members)
    if call.flag("include_locale"):
        found["locale"] = "en-US"
    return {"channel": found}


def open_direct(call: Call) -> Json:
    if call.text("channel"):
        conversation = call.conversation()
    else:
        users = call.required("users").split(",")
        if len(users) > 1:
            raise SlackError("method_not_supported_for_channel_type")
        found = call.playground.workspace.direct_message(users[0])
        if users[0] not in call.playground.workspace.users or found is None:
            raise SlackError("user_not_found")
        conversation = found
    whole = conversation_object(conversation, member=seed.BOT_USER_ID)
    return {"channel": whole if call.flag("return_im") else {"id": conversation.id}, "already_open": True}


def members(call: Call) -> Json:
    shown, cursor = page(call, list(call.conversation().members))
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


def join(call: Call) -> Json:
    conversation = call.conversation()
    if conversation.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if conversation.archived:
        raise SlackError("is_archived")
    joined = with_member(conversation, seed.BOT_USER_ID)
    call.playground.workspace.put_conversation(joined)
    call.playground.feed.publish("state", {})
    answer: Json = {"channel": conversation_object(joined, member=seed.BOT_USER_ID)}
    if joined == conversation:
        return answer | {"warning": "already_in_channel"}
    call.playground.events.publish(joined_event(joined), "member_joined_channel")
    return answer


def with_member(conversation: Conversation, user: str) -> Conversation:
    return replace(conversation, members=tuple(dict.fromkeys((*conversation.members, user))))


def joined_event(conversation: Conversation) -> Json:
    """The app has come into a channel."""
    return {
        "type": "member_joined_channel",
        "user": seed.BOT_USER_ID,
        "channel": conversation.id,
        "channel_type": "C",
        "team": seed.TEAM_ID,
        "event_ts": new_ts(),
    }


_READ = "channels:read|groups:read|im:read"
METHODS: Methods = {
    "conversations.list": (_READ, list_all),
    "conversations.info": (_READ, info),
    "conversations.open": ("im:write", open_direct),
    "conversations.members": (_READ, members),
    "conversations.join": ("channels:join", join),
}
