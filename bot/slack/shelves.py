"""Reads what people keep at a channel over the Slack Web API: the ChannelSource; speaks bot.errors, never slack_sdk's.

Methods: docs.slack.dev/reference/methods/pins.list, conversations.info (`properties.canvas.file_id`) and files.info.
They want pins:read, channels:read or groups:read, and files:read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.ports import Attachment, Pinned
from bot.slack.attachments import attachment
from bot.slack.fields import object_at, objects_at
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
    for item in objects_at(answer, "items"):
        message = object_at(item, "message")
        text = "\n\n".join(part.text for part in written(message) if part.text)
        if text.strip():
            yield Pinned(str(message.get("ts") or ""), text, str(message.get("permalink") or ""))
