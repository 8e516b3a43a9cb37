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
from bot.slack.fields import object_at, objects_at, text_at
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
    own = object_at(message, "metadata").get("event_type") == EVENT_TYPE
    text = clean(text_at(message, "text")) or visible(words(message))
    if own:
        text = _LABEL.sub("", text)
    bot = bool(message.get("bot_id"))
    if bot and not text:
        text = "\n".join(
            clean(text_at(part, "text") or text_at(part, "fallback")) for part in objects_at(message, "attachments")
        )
    return Written(
        ts=text_at(message, "ts"),
        user=text_at(message, "user") or text_at(message, "bot_id"),
        text=text,
        team=text_at(message, "user_team") or text_at(message, "team"),
        bot=bot,
        own=own,
        files=bool(message.get("files")),
        thread=text_at(message, "thread_ts"),
    )


def _forwarded(message: Mapping[str, Any], here: Written) -> Iterator[Written]:
    for part in objects_at(message, "attachments"):
        inner = [object_at(each, "message") for each in objects_at(part, "message_blocks")]
        if not (inner or part.get("is_msg_unfurl") or part.get("is_share")):
            continue  # a link's preview: nobody said it
        text = clean(text_at(part, "text")) or "\n".join(filter(None, (visible(words(each)) for each in inner)))
        files = bool(part.get("files"))
        if text or files:
            writer = text_at(part, "author_id") or text_at(part, "author_name") or here.user
            yield Written(here.ts, writer, text, forwarded=True, files=files, thread=here.thread)
