"""The bot's process: an ASGI server for what Slack sends over HTTP, or a Socket Mode connection, and health checks."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.bootstrap import Bot, build_bot
from bot.links import Ticket
from bot.review_images import HEADERS, ReviewImages
from bot.settings import BotSettings
from engine.errors import EngineError
from engine.settings import EngineSettings

log = logging.getLogger(__name__)

MAX_BODY = 1 << 20
"""Largest request read, in bytes; Slack's own stay far below."""

_NUMBER = re.compile(r"[0-9]{1,12}")
"""In an address: of more digits int() makes an error, and anybody may write an address."""


def run(settings: BotSettings, engine: EngineSettings) -> None:
    """Serve until SIGTERM or SIGINT. Raises ConfigurationError and StoreUnavailable before it begins."""
    uvicorn.run(
        create_server(build_bot(settings, engine), settings),
        host=settings.host,
        port=settings.port,
        http="httptools",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=10,
    )


def create_server(bot: Bot, settings: BotSettings) -> Starlette:
    """Routes: POST /slack/events for everything from Slack; GET /review/... for images under review, /health/...."""

    async def slack(request: Request) -> Response:
        try:
            bolt_request = _bolt_request(await _read(request), request.headers)
        except _Unreadable as error:
            return PlainTextResponse(str(error), status_code=error.status)
        return to_starlette_response(await bot.app.async_dispatch(bolt_request))

    async def ready(_: Request) -> Response:
        return await _readiness(bot.check)

    async def live(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def review_image(request: Request) -> Response:
        return await _review_image(bot.review_images, request)

    return Starlette(
        routes=[
            Route("/review/{job_id}/{number}/{user}/{until}/{signature}", review_image),
            Route("/slack/events", slack, methods=["POST"]),
            Route("/health/live", live),
            Route("/health/ready", ready),
        ],
        lifespan=_lifespan(bot, settings),
    )


def _lifespan(bot: Bot, settings: BotSettings) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        socket = _socket(bot.app, settings) if settings.slack_mode == "socket" else None
        if socket:
            await socket.connect_async()  # type: ignore[no-untyped-call]
        log.info("bot ready, mode %s", settings.slack_mode)
        try:
            yield
        finally:
            if socket:
                await socket.close_async()  # type: ignore[no-untyped-call]
            await bot.close()

    return lifespan


def _socket(app: AsyncApp, settings: BotSettings) -> AsyncSocketModeHandler:
    client = AsyncWebClient(base_url=settings.slack_api_url)
    return AsyncSocketModeHandler(app, settings.slack_app_token.get_secret_value(), web_client=client)


async def _review_image(images: ReviewImages | None, request: Request) -> Response:
    """One answer for all that leads nowhere: it tells nothing about what there is."""
    given, found = request.path_params, None
    if images is not None and _NUMBER.fullmatch(given["number"]) and _NUMBER.fullmatch(given["until"]):
        ticket = Ticket(given["job_id"], int(given["number"]), given["user"], int(given["until"]))
        found = await asyncio.to_thread(images.get, ticket, given["signature"])
    if found is None:
        return PlainTextResponse("This link does not work any more.", status_code=404, headers=HEADERS)
    return Response(found[0], media_type=found[1], headers=HEADERS)


async def _readiness(check: Callable[[], None]) -> Response:
    try:
        await asyncio.to_thread(check)
    except EngineError as error:
        log.warning("not ready: %s", error)
        return PlainTextResponse("not ready", status_code=503)
    return PlainTextResponse("ready")


def _bolt_request(body: str, headers: Mapping[str, str]) -> AsyncBoltRequest:
    """What Bolt wants. Raises _Unreadable for what is neither a form nor JSON of the right shape.

    Bolt takes any form with the letters "payload" in it for an interaction, so that a command about a payload would
    be lost: in other forms they are escaped for its parser, and the signature still checked over the original.
    """
    harmless = body if body.startswith(("payload=", "{")) else body.replace("payload", "%70ayload")
    try:
        request = AsyncBoltRequest(body=harmless, headers=dict(headers))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise _Unreadable("not a request of Slack's", 400) from error
    request.raw_body = body
    return request


class _Unreadable(Exception):
    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


async def _read(request: Request) -> str:
    """The body, which is text. Raises _Unreadable; more is not read than Slack could have sent."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise _Unreadable("too large", 413)
        return body.decode()
    except ClientDisconnect as error:
        raise _Unreadable("the caller hung up", 400) from error
    except UnicodeDecodeError as error:
        raise _Unreadable("not UTF-8", 400) from error
