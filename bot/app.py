"""The Bolt app: who may call it, its listeners, and the one place where their errors end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.front import Front
from bot.listeners import (
    actions,
    commands,
    comparing,
    drafts,
    events,
    home,
    recipes,
    reviews,
    saving,
    shortcuts,
    tables,
    views,
)
from bot.settings import BotSettings
from bot.telemetry import answering
from bot.trouble import answer
from engine.errors import StoreUnavailable

ALL_S = 2.5
"""Longest that a request may take in all; Slack waits three seconds."""


def create_app(settings: BotSettings, front: Front) -> AsyncApp:
    """An app that answers in the request itself: listeners acknowledge last, what may wait is started as a task.

    Whoever hands it a request has made sure that it comes from Slack and has the right shape: bot.server does.
    `process_before_response` is what makes it quick: without it Bolt looks for the acknowledgement every 10 ms.
    """
    app = _App(
        name="aigc",
        logger=_quiet_logger(),
        authorize=_OneWorkspace(settings.slack_bot_token.get_secret_value()),
        client=AsyncWebClient(base_url=settings.slack_api_url),
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        raise_error_for_unhandled_request=True,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    surfaces = (commands, events, actions, comparing, recipes, tables, drafts, reviews, views, saving, shortcuts, home)
    for surface in surfaces:
        surface.register(app, front)
    app.error(_error_handler(front))
    slow = StoreUnavailable(f"no answer within {ALL_S:g} s")
    app.late = lambda request: answer(front, slow, request.body, request.headers)
    return app


class _App(AsyncApp):
    """Every request, over HTTP or Socket Mode, comes by here."""

    late: Callable[[AsyncBoltRequest], BoltResponse]
    """What is answered where the time for it is up."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        with answering(req.body) as request:
            try:
                async with asyncio.timeout(ALL_S):
                    response = await super().async_dispatch(req)
            except TimeoutError:
                response = self.late(req)
            request.status = response.status
            return response


def _quiet_logger() -> logging.Logger:
    """Bolt gives its own loggers this one's level. Below ERROR they quote whole requests: people's prompts."""
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.ERROR)
    return logger


class _OneWorkspace(AsyncAuthorize):
    """Gives every request the one token, without asking Slack who it belongs to: that would be a network call
    before the acknowledgement. Events name the app's own user themselves."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def __call__(
        self, *, context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None, user_id: str | None,
        **_: Any,
    ) -> AuthorizeResult:  # fmt: skip
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=self._token)


def _error_handler(front: Front) -> Callable[..., Awaitable[BoltResponse]]:
    async def on_error(error: Exception, body: dict[str, Any], request: AsyncBoltRequest) -> BoltResponse:
        return answer(front, error, body, request.headers)

    return on_error
