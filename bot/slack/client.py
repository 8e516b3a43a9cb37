"""Slack's own clients, whose calls are counted, measured and traced."""

from __future__ import annotations

from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.telemetry import calling


class SlackClient(WebClient):
    """Every method ends in `api_call`."""

    def api_call(self, api_method: str, **arguments: Any) -> SlackResponse:
        with calling(api_method):
            return super().api_call(api_method, **arguments)


class AsyncSlackClient(AsyncWebClient):
    """Every method ends in `api_call`."""

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        with calling(api_method):
            return await super().api_call(api_method, **arguments)
