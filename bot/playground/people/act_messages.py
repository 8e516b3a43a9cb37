"""Writing, editing, deleting and reacting."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bot.playground.errors import ActError, SlackError
from bot.playground.ids import new_ts
from bot.playground.model import File, Json, Message
from bot.playground.people.request import Act
from bot.playground.people.text import typed

_MOST_FILES = 10
_EMOJI_LENGTH = 100


async def send(act: Act) -> Json:
    """{channel, text, thread_ts?, files?: [{name, mimetype, data_base64}]}"""
    conversation = act.writable_conversation()
    text = _text(act)
    files = _files(act)
    if not text and not files:
        raise ActError("no_text", "There is nothing to send.")
    message = Message(
        channel=conversation.id,
        ts=new_ts(),
        user=act.user.id,
        text=text,
        client_msg_id=str(uuid.uuid4()),
        thread_ts=_thread(act, conversation.id),
        subtype="file_share" if files else "",
        files=tuple(file.id for file in files),
    )
    for file in files:
        act.playground.uploads.share(file, conversation.id, message.ts)
    act.playground.workspace.mark_read(act.user.id, conversation.id)
    await act.playground.posting.post(message)
    return {"ts": message.ts}


async def edit(act: Act) -> Json:
    """{channel, ts, text}"""
    message = act.own_message()
    text = _text(act)
    if not text:
        raise ActError("no_text", "There is nothing to send.")
    await act.playground.posting.change(replace(message, text=text, edited_ts=new_ts()))
    return {}


async def delete(act: Act) -> Json:
    """{channel, ts}; an ephemeral message is dismissed."""
    message = act.message()
    if message.user != act.user.id and not message.ephemeral_to:
        raise ActError("not_yours", "Only its author can delete a message.")
    await act.playground.posting.delete(message)
    return {}


async def react(act: Act) -> Json:
    """{channel, ts, name}"""
    message, name = act.message(), act.text("name").strip(":")
    if not name or len(name) > _EMOJI_LENGTH:
        raise ActError("invalid_name", "Which emoji?")
    if act.user.id not in dict(message.reactions).get(name, ()):
        await act.playground.posting.react(message, act.user.id, name)
    return {}


async def mark(act: Act) -> Json:
    """{channel}: all in it has been read."""
    act.playground.workspace.mark_read(act.user.id, act.conversation().id)
    return {}


def _text(act: Act) -> str:
    smart = act.playground.knobs.smart_punctuation
    return typed(act.text("text").strip(), act.playground.workspace.users.values(), smart_punctuation=smart)


def _thread(act: Act, channel: str) -> str:
    wanted = act.text("thread_ts")
    if not wanted:
        return ""
    root = act.playground.workspace.message(channel, wanted)
    if root is None:
        raise ActError("thread_not_found", "There is no such thread.")
    return root.thread_ts or root.ts


def _files(act: Act) -> list[File]:
    given: Any = act.body.get("files") or []
    if not isinstance(given, list) or len(given) > _MOST_FILES:
        raise ActError("invalid_request", f'"files" is a list of at most {_MOST_FILES}.')
    return [new_file(act, entry) for entry in given]


def new_file(act: Act, entry: Any) -> File:
    """A person's file, of {name, mimetype, data_base64}."""
    try:
        data = base64.b64decode(entry["data_base64"], validate=True)
        return act.playground.uploads.add(str(entry["name"]), data, act.user.id)
    except (KeyError, TypeError, binascii.Error) as error:
        raise ActError("invalid_request", "A file needs name and data_base64.") from error
    except SlackError as error:
        most = act.playground.uploads.max_bytes // (1024 * 1024)
        raise ActError(error.code, f"A file has at most {most} MB.") from error


ACTS: dict[str, Callable[[Act], Awaitable[Json]]] = {
    "message": send,
    "edit": edit,
    "delete": delete,
    "react": react,
    "mark": mark,
}
