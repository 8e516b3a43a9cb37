"""Reads messages as Slack has them: who wrote which words, there or in a message that was forwarded; pure.

Shapes: docs.slack.dev/reference/events/message, .../messaging/formatting-message-text. A forwarded message is an
attachment with its writer in `author_id` and its words in `text` or `message_blocks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.command.clean import clean, visible
from bot.ports import Written
from bot.slack.messenger import EVENT_TYPE
from bot.slack.pointed import words

_PEOPLES = (None, "file_share", "thread_broadcast", "me_message", "bot_message")
"""Subtypes of what somebody said; others tell of what happened in the channel."""
_LABEL = re.compile(r"^\[[^\]\n]{1,80}\]\s*")
"""What the app puts before the words of a notification."""


def written(message: Mapping[str, Any]) -> tuple[Written, ...]:
    """What was forwarded in it, then what its writer says of it; () of what nobody said."""
    if message.get("subtype") not in _PEOPLES:
        return ()
    here = _own(message)
    forwarded = tuple(_forwarded(message, here))
    return (*forwarded, here) if here.text or not forwarded else forwarded


def _own(message: Mapping[str, Any]) -> Written:
    own = _mapping(message.get("metadata")).get("event_type") == EVENT_TYPE
    text = clean(_text(message, "text")) or visible(words(message))
    if own:
        text = _LABEL.sub("", text)
    bot = bool(message.get("bot_id"))
    if bot and not text:
        text = "\n".join(clean(_text(part, "text") or _text(part, "fallback")) for part in _attachments(message))
    return Written(
        ts=_text(message, "ts"),
        user=_text(message, "user") or _text(message, "bot_id"),
        text=text,
        team=_text(message, "user_team") or _text(message, "team"),
        bot=bot,
        own=own,
        files=bool(message.get("files")),
        thread=_text(message, "thread_ts"),
    )


def _forwarded(message: Mapping[str, Any], here: Written) -> Iterator[Written]:
    for part in _attachments(message):
        inner = [_mapping(each.get("message")) for each in _list(part.get("message_blocks"))]
        if not (inner or part.get("is_msg_unfurl") or part.get("is_share")):
            continue  # a link's preview: nobody said it
        text = clean(_text(part, "text")) or "\n".join(filter(None, (visible(words(each)) for each in inner)))
        files = bool(part.get("files"))
        if text or files:
            writer = _text(part, "author_id") or _text(part, "author_name") or here.user
            yield Written(here.ts, writer, text, forwarded=True, files=files, thread=here.thread)


def _attachments(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return _list(message.get("attachments"))


def _text(value: Mapping[str, Any], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
