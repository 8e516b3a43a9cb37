"""The calls to Slack that the bot's own process makes after an acknowledgement: forms, the home tab, asides."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from yarl import URL

from bot.ports import Block, Place
from bot.slack.client import AsyncSlackClient
from bot.slack.quiet import QUIETLY
from bot.telemetry import calling

log = logging.getLogger(__name__)

View = dict[str, Any]

HOOKS = "https://hooks.slack.com/"
"""Where Slack's response URLs lead."""


class Voice:
    """Every call is tried once, or again after a rate limit; what fails is logged, there is nobody to tell."""

    def __init__(self, token: str, api_url: str, timeout_s: float) -> None:
        self._own = f"{URL(api_url).origin()}/"
        self._timeout_s = int(timeout_s) or 1
        self._client = AsyncSlackClient(
            token,
            base_url=api_url,
            timeout=self._timeout_s,
            retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=2)],
        )

    async def open_form(self, trigger_id: str, view: View) -> None:
        """Open a modal; a trigger lives three seconds (docs.slack.dev/reference/methods/views.open)."""
        await self._call("views.open", json={"trigger_id": trigger_id, "view": view})

    async def update_form(self, view_id: str, seen: str, view: View) -> None:
        """Replace an open modal, unless it is not the one any more whose hash was `seen`."""
        await self._call("views.update", json={"view_id": view_id, "hash": seen, "view": view})

    async def show_home(self, user: str, view: View) -> None:
        await self._call("views.publish", json={"user_id": user, "view": view})

    async def whisper(self, place: Place, user: str, text: str, blocks: Sequence[Block] = ()) -> None:
        """A message that only `user` sees; in a direct message where the app is not in the channel."""
        shown = {"text": text, **({"blocks": list(blocks)} if blocks else {})}
        message = {"channel": place.channel, "user": user, **shown}
        if place.thread:
            message["thread_ts"] = place.thread
        if await self._call("chat.postEphemeral", json={**message, **QUIETLY}) is None:
            await self._call("chat.postMessage", json={"channel": user, **shown, **QUIETLY})

    async def dismiss(self, response_url: str) -> None:
        """Take a message away that a button was pressed in (docs.slack.dev/interactivity/handling-user-interaction)."""
        if not response_url.startswith((HOOKS, self._own)):
            return
        timeout = aiohttp.ClientTimeout(total=self._timeout_s)
        try:
            with calling("response_url"):
                async with (
                    aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
                    session.post(response_url, json={"delete_original": True}) as answer,
                ):
                    answer.raise_for_status()
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.warning("response_url: %s", type(error).__name__)

    async def locale(self, user: str) -> str:
        """Slack's locale of this person, e.g. "zh-CN"; "" if it cannot be had."""
        answer = await self._call("users.info", params={"user": user, "include_locale": "true"})
        return str(((answer or {}).get("user") or {}).get("locale") or "")

    async def _call(self, method: str, **arguments: Any) -> dict[str, Any] | None:
        """The answer, or None, logged, if Slack did not say yes."""
        try:
            response = await self._client.api_call(method, **arguments)
        except SlackApiError as error:
            log.warning("%s: %s", method, _code(error))
        except (TimeoutError, SlackClientError, aiohttp.ClientError, OSError) as error:
            log.warning("%s: %s", method, type(error).__name__)
        else:
            return response.data if isinstance(response.data, dict) else {}
        return None


def _code(error: SlackApiError) -> str:
    """Slack's error code; a broken answer has none, and may be no JSON at all."""
    data = getattr(error.response, "data", error.response)
    return str(data.get("error")) if isinstance(data, dict) else "an answer that is none"
