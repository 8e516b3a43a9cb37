"""Reads threads and channels over the Slack Web API: the ThreadSource; speaks bot.errors, never slack_sdk's.

Methods: docs.slack.dev/reference/methods/conversations.replies, conversations.history, conversations.open,
chat.getPermalink. They want channels:history and groups:history, and im:write; none opens what the app is no member of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler

from bot.errors import SlackUnavailable
from bot.ports import Written
from bot.slack.client import AsyncSlackClient
from bot.slack.refusals import from_answer
from bot.slack.written import written

_PAGE = 200
_PAGES = 5
"""A thread's latest replies come last: of one that is longer than so many pages they are not found."""
_LATEST = 50


class SlackReads:
    """Reads over `api_url`; every call is tried once, or again after a rate limit."""

    def __init__(self, token: str, api_url: str, timeout_s: float) -> None:
        self._client = AsyncSlackClient(
            token,
            base_url=api_url,
            timeout=int(timeout_s) or 1,
            retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=1)],
        )

    async def _call(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Raises DeliveryError."""
        params = {key: value for key, value in arguments.items() if value != ""}
        try:
            response = await self._client.api_call(method, params=params)
        except SlackApiError as error:
            raise from_answer(error, ()) from error
        except (TimeoutError, SlackClientError, aiohttp.ClientError, OSError, ValueError) as error:
            raise SlackUnavailable(f"{method}: {type(error).__name__}") from error
        return response.data if isinstance(response.data, dict) else {}


class SlackThreads(SlackReads):
    """The ThreadSource."""

    async def replies(self, channel: str, thread: str) -> tuple[Written, ...]:
        found: list[Written] = []
        cursor = ""
        for page in range(_PAGES):
            asked = {"channel": channel, "ts": thread, "limit": _PAGE, "include_all_metadata": True, "cursor": cursor}
            answer = await self._call("conversations.replies", asked)
            messages = list(_messages(answer))
            found += (part for message in (messages[1:] if page else messages) for part in written(message))
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return tuple(found)

    async def latest(self, channel: str) -> tuple[Written, ...]:
        asked = {"channel": channel, "limit": _LATEST, "include_all_metadata": True}
        answer = await self._call("conversations.history", asked)
        return tuple(part for message in reversed(list(_messages(answer))) for part in written(message))

    async def link(self, channel: str, ts: str) -> str:
        answer = await self._call("chat.getPermalink", {"channel": channel, "message_ts": ts})
        return str(answer.get("permalink") or "")

    async def direct(self, user: str) -> str:
        answer = await self._call("conversations.open", {"users": user})
        return str((answer.get("channel") or {}).get("id") or "")


def _messages(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    found = answer.get("messages")
    yield from (each for each in found if isinstance(each, Mapping)) if isinstance(found, list) else ()
