"""Making channels, and deciding whether the app is in them."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.playground import seed
from bot.playground.errors import ActError
from bot.playground.ids import new_id, new_ts
from bot.playground.model import CANVAS, Conversation, Json
from bot.playground.people.request import Act
from bot.playground.web_api.conversations import joined_event, with_member

_NAME = re.compile(r"[^\W_A-Z][\w-]{0,79}\Z")
_MOST_CHANNELS = 500


async def create(act: Act) -> Json:
    """{name} -> {channel}; every person is in it, the app is not."""
    name = act.text("name").lstrip("#")
    workspace = act.playground.workspace
    if not _NAME.match(name) or name != name.lower():
        raise ActError("invalid_name", "A channel name has small letters, digits, - and _, at most 80.")
    if any(c.name == name for c in workspace.conversations.values()):
        raise ActError("name_taken", f"There is a channel #{name} already.")
    if len(workspace.conversations) >= _MOST_CHANNELS:
        raise ActError("too_many_channels", f"A workspace has at most {_MOST_CHANNELS} conversations here.")
    people = tuple(user.id for user in seed.PEOPLE)
    _put(act, Conversation(new_id("C"), name, "channel", people, int(time.time())))
    return {"channel": next(c.id for c in workspace.conversations.values() if c.name == name)}


async def invite_app(act: Act) -> Json:
    """{channel}"""
    before = _channel(act)
    joined = with_member(before, seed.BOT_USER_ID)
    _put(act, joined)
    if joined != before:
        event = {**joined_event(joined), "inviter": act.user.id}
        await act.playground.events.publish(event, "member_joined_channel")
    return {}


async def remove_app(act: Act) -> Json:
    """{channel}"""
    channel = _channel(act)
    _put(act, replace(channel, members=tuple(m for m in channel.members if m != seed.BOT_USER_ID)))
    return {}


async def archive(act: Act) -> Json:
    """{channel}"""
    _put(act, replace(_channel(act), archived=True))
    return {}


async def pin(act: Act) -> Json:
    """{channel, ts}, or {channel, file} of a file that is shared there; once more takes the pin away."""
    channel = act.conversation()
    pinned = _shared_file(act, channel) if act.text("file") else act.message().ts
    others = tuple(each for each in channel.pins if each[0] != pinned)
    mine = ((pinned, act.user.id, new_ts()),) if len(others) == len(channel.pins) else ()
    act.playground.workspace.put_conversation(replace(channel, pins=(*others, *mine)))
    return {"pinned": bool(mine)}


def _shared_file(act: Act, channel: Conversation) -> str:
    file = act.playground.workspace.files.get(act.text("file"))
    if file is None or channel.id not in [where for where, _ in file.shares]:
        raise ActError("file_not_shared", "There is no such file in this conversation.")
    return file.id


async def write_canvas(act: Act) -> Json:
    """{channel, title, html}: the channel's canvas, in place of one that it had."""
    channel, uploads = _channel(act), act.playground.uploads
    data = act.text("html").encode()
    if not data:
        raise ActError("invalid_request", '"html" is what the canvas says.')
    file = uploads.add(act.text("title") or "Canvas", data, act.user.id, mimetype=CANVAS)
    uploads.share(file, channel.id, new_ts())
    _put(act, replace(channel, canvas=file.id))
    return {"file": file.id}


def _channel(act: Act) -> Conversation:
    conversation = act.conversation()
    if conversation.kind != "channel":
        raise ActError("not_a_channel", "That works in a channel only.")
    return conversation


def _put(act: Act, conversation: Conversation) -> None:
    act.playground.workspace.put_conversation(conversation)
    act.playground.feed.publish("state", {})


ACTS: dict[str, Callable[[Act], Awaitable[Json]]] = {
    "create_channel": create,
    "invite_app": invite_app,
    "remove_app": remove_app,
    "archive": archive,
    "pin": pin,
    "write_canvas": write_canvas,
}
