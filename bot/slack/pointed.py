"""Reads the message that a message shortcut points at: its words, however Slack wraps them, and its files; pure.

Shapes: docs.slack.dev/interactivity/implementing-shortcuts#message_shortcuts, .../reference/block-kit/blocks. The
message may be anybody's: one of the app, one that a person wrote, or one that they shared, which is in an attachment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.ports import Attachment
from bot.slack.attachments import attachments
from bot.slack.fields import object_at, objects_at

MOST_TEXTS = 40
"""Most pieces of one message that are looked up."""
MOST_FILES = 5

_DEEPEST = 6
_LABEL = re.compile(r"^\[[^\]\n]{1,60}\]\s*")
"""What the app puts before the words of a notification."""
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


@dataclass(frozen=True, slots=True)
class Pointed:
    """A message that somebody asked about."""

    workspace: str
    channel: str
    user: str
    """Who asks."""
    ts: str
    thread: str
    """The thread it is in, "" at the top of the channel."""
    texts: tuple[str, ...]
    """All that could be one text of the app: the whole, and each part alone."""
    files: tuple[Attachment, ...]


def pointed(body: Mapping[str, Any]) -> Pointed:
    """From the payload of type message_action."""
    message, user = object_at(body, "message"), object_at(body, "user")
    ts = str(message.get("ts") or body.get("message_ts") or "")
    thread = str(message.get("thread_ts") or "")
    texts = dict.fromkeys(text for text in _texts(message, 0) if text.strip())
    files = {file.id: file for file in _files(message, 0) if file.id}
    return Pointed(
        workspace=str(object_at(body, "team").get("id") or user.get("team_id") or ""),
        channel=str(object_at(body, "channel").get("id") or ""),
        user=str(user.get("id") or ""),
        ts=ts,
        thread="" if thread == ts else thread,
        texts=tuple(texts)[:MOST_TEXTS],
        files=tuple(files.values())[:MOST_FILES],
    )


def _texts(message: Mapping[str, Any], depth: int) -> Iterator[str]:
    plain = _unescaped(str(message.get("text") or ""))
    yield from (plain, _LABEL.sub("", plain))
    blocks = [_words(block, 0) for block in objects_at(message, "blocks")]
    yield words(message)
    yield from blocks
    for inner in _inner(message, depth):
        yield from _texts(inner, depth + 1)


def words(message: Mapping[str, Any]) -> str:
    """What is written in a message's blocks, one below the other."""
    blocks = (_words(block, 0) for block in objects_at(message, "blocks"))
    return "\n".join(block for block in blocks if block)


def _files(message: Mapping[str, Any], depth: int) -> Iterator[Attachment]:
    yield from attachments(message)
    for block in objects_at(message, "blocks"):
        file_id = object_at(block, "slack_file").get("id")
        if block.get("type") == "image" and isinstance(file_id, str):
            yield Attachment(file_id)
    for inner in _inner(message, depth):
        yield from _files(inner, depth + 1)


def _inner(message: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    """Messages that were shared in this one."""
    if depth > 1:
        return
    for shared in objects_at(message, "attachments"):
        yield shared
        for part in objects_at(shared, "message_blocks"):
            yield object_at(part, "message")


def _words(element: Mapping[str, Any], depth: int) -> str:
    """What is written in a block: Markdown, mrkdwn, or the pieces of rich text."""
    text = element.get("text")
    if isinstance(text, Mapping):
        return _words(text, depth + 1) if depth < _DEEPEST else ""
    if isinstance(text, str):
        return _unescaped(text)
    if depth >= _DEEPEST:
        return ""
    gap = "\n" if str(element.get("type", "")).startswith("rich_text") else ""
    return gap.join(_words(inner, depth + 1) for inner in objects_at(element, "elements"))


def _unescaped(text: str) -> str:
    return re.sub("|".join(_ENTITIES), lambda found: _ENTITIES[found[0]], text)
