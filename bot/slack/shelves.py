"""Reads what people keep at a channel over the Slack Web API: the ChannelSource; speaks bot.errors, never slack_sdk's.

Methods: docs.slack.dev/reference/methods/pins.list, conversations.info (`properties.canvas.file_id`) and files.info.
They want pins:read, channels:read or groups:read, and files:read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.ports import Attachment, Pinned
from bot.slack.attachments import attachment, attachments
from bot.slack.fields import object_at, objects_at, text_at
from bot.slack.threads import SlackReads
from bot.slack.written import written


class SlackChannels(SlackReads):
    """The ChannelSource over `api_url`; every call is tried once, or again after a rate limit."""

    async def pins(self, channel: str) -> tuple[Pinned, ...]:
        answer = await self._call("pins.list", {"channel": channel})
        return tuple(_pinned(answer))

    async def canvas(self, channel: str) -> Attachment | None:
        answer = await self._call("conversations.info", {"channel": channel})
        found = object_at(object_at(object_at(answer, "channel"), "properties"), "canvas")
        if not (file_id := found.get("file_id")) or found.get("is_empty") is True:
            return None
        return attachment(object_at(await self._call("files.info", {"file": str(file_id)}), "file"))


def _pinned(answer: Mapping[str, Any]) -> Iterator[Pinned]:
    """An item is a message or a file, which may be pinned with or without the message that it hangs from."""
    for item in objects_at(answer, "items"):
        message, file = object_at(item, "message"), object_at(item, "file")
        text = "\n\n".join(part.text for part in written(message) if part.text)
        files = (attachment(file),) if file else attachments(message)
        if text.strip() or files:
            yield Pinned(text_at(message, "ts"), text, text_at(message, "permalink"), files)
