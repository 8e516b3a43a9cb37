"""The Bolt app: who may call it, its listeners, and the one place where their errors end."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError, PayloadError
from bot.front import Front
from bot.listeners import actions, commands, events, home, reviews, shortcuts, views
from bot.settings import BotSettings
from bot.slack.quiet import UNFURL_NOTHING
from bot.telemetry import answering
from engine.errors import EngineError

log = logging.getLogger(__name__)


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
    for surface in (commands, events, actions, reviews, views, shortcuts, home):
        surface.register(app, front)
    app.error(_error_handler(front))
    return app


class _App(AsyncApp):
    """Every request, over HTTP or Socket Mode, comes by here."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        with answering(req.body) as request:
            response = await super().async_dispatch(req)
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
    async def on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
        """Tell the sender where the acknowledgement can; an event is answered 503, so that Slack sends it again."""
        kind = str(body.get("type") or body.get("command") or "request")
        if isinstance(error, BoltUnhandledRequestError):
            log.info("nothing listens to %s", kind)
            return BoltResponse(status=200)
        if isinstance(error, PayloadError):
            log.warning("%s: not as Slack sends it: %s", kind, error)
            return BoltResponse(status=400)
        trace = None if isinstance(error, EngineError | BotError) else error
        log.error("%s: %s: %s", kind, type(error).__name__, "" if trace else error, exc_info=trace)
        if "command" not in body:
            return BoltResponse(status=503)
        locale = front.people.locale(str(body.get("user_id", "")), str(body.get("text", "")))
        answer = {"response_type": "ephemeral", "text": front.words.say(locale, "error.try_again"), **UNFURL_NOTHING}
        return BoltResponse(status=200, body=answer)

    return on_error
