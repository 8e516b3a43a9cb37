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
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.bootstrap import Bot, build_bot
from bot.errors import PayloadError
from bot.http_limits import MAX_CONNECTIONS, BoundedProtocol
from bot.links import Ticket
from bot.readiness import Readiness
from bot.review_images import HEADERS, ReviewImages
from bot.settings import BotSettings
from bot.slack.envelope import check
from bot.slack.signature import Signature
from bot.telemetry import count_turned_away
from engine.settings import EngineSettings
from engine.telemetry import traces
from engine.telemetry.monitor import watched

log = logging.getLogger(__name__)

MAX_BODY = 1 << 20
"""Largest request read, in bytes; Slack's own stay far below."""

READ_S = 10.0
"""Longest that a request may take to arrive."""

_SSL_CHECK = re.compile(r"(?:^|&)ssl_check=1(?:&|$)")
"""What Slack sends, unsigned, to look at the certificate alone: any answer will do."""

_NUMBER = re.compile(r"[0-9]{1,12}")
"""In an address: of more digits int() makes an error, and anybody may write an address."""


def run(settings: BotSettings, engine: EngineSettings) -> None:
    """Serve until SIGTERM or SIGINT. Raises ConfigurationError and StoreUnavailable before it begins."""
    with watched("bot", engine.monitor_host, engine.monitor_port, engine.traces_url) as health:
        uvicorn.run(
            create_server(build_bot(settings, engine, health), settings),
            host=settings.host,
            port=settings.port,
            http=BoundedProtocol,
            ws="none",
            limit_concurrency=MAX_CONNECTIONS,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=10,
        )


def create_server(bot: Bot, settings: BotSettings) -> Starlette:
    """Routes: POST /slack/events for everything from Slack; GET /review/... for images under review, /health/...."""

    signature = Signature(settings.slack_signing_secret.get_secret_value())
    readiness = Readiness(bot.health.look)

    async def slack(request: Request) -> Response:
        try:
            body = await _read(request)
            if _SSL_CHECK.search(body):
                return Response()
            if objection := signature.objection(body, request.headers):
                raise _Refused(objection, 401)
            bolt_request = _bolt_request(body, request.headers)
        except _Refused as error:
            log.warning("a request was refused: %s", error)
            count_turned_away(error.status)
            # What is left of the body is not waited for.
            return PlainTextResponse("refused", status_code=error.status, headers={"connection": "close"})
        return to_starlette_response(await bot.app.async_dispatch(bolt_request))

    async def ready(_: Request) -> Response:
        report = await readiness.report()
        return Response(report.json(), 200 if report.ready else 503, media_type="application/json")

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
            await asyncio.to_thread(traces.flush)  # uvicorn then ends the process by the signal itself

    return lifespan


def _socket(app: AsyncApp, settings: BotSettings) -> AsyncSocketModeHandler:
    client = AsyncWebClient(base_url=settings.slack_api_url)
    return _SocketMode(app, settings.slack_app_token.get_secret_value(), web_client=client)


class _SocketMode(AsyncSocketModeHandler):
    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """What is malformed is acknowledged all the same: it would be no better when it came again."""
        try:
            check(req.payload)
        except PayloadError as error:
            log.warning("a request was refused: not as Slack sends it: %s", error)
            await client.send_socket_mode_response(SocketModeResponse(str(req.envelope_id)))
            return
        await super().handle(client, req)  # type: ignore[arg-type]  # narrower than its own base


async def _review_image(images: ReviewImages | None, request: Request) -> Response:
    """One answer for all that leads nowhere: it tells nothing about what there is."""
    given, found = request.path_params, None
    if images is not None and _NUMBER.fullmatch(given["number"]) and _NUMBER.fullmatch(given["until"]):
        ticket = Ticket(given["job_id"], int(given["number"]), given["user"], int(given["until"]))
        found = await asyncio.to_thread(images.get, ticket, given["signature"])
    if found is None:
        return PlainTextResponse("This link does not work any more.", status_code=404, headers=HEADERS)
    return Response(found[0], media_type=found[1], headers=HEADERS)


def _bolt_request(body: str, headers: Mapping[str, str]) -> AsyncBoltRequest:
    """What Bolt wants. Raises _Refused for what is neither a form nor JSON of the right shape.

    Bolt takes any form with the letters "payload" in it for an interaction, so that a command about a payload would
    be lost: in other forms they are escaped for its parser.
    """
    harmless = body if body.startswith(("payload=", "{")) else body.replace("payload", "%70ayload")
    try:
        request = AsyncBoltRequest(body=harmless, headers=dict(headers))
        check(request.body)
    except PayloadError as error:
        raise _Refused(f"not as Slack sends it: {error}", 400) from error
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise _Refused(f"not as Slack sends it: {type(error).__name__}", 400) from error
    return request


class _Refused(Exception):
    """`str(error)` is for the log, and quotes nothing of the request."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.status = status


async def _read(request: Request) -> str:
    """The body, which is text. Raises _Refused; no more is read, and for no longer, than Slack could need."""
    body = bytearray()
    try:
        async with asyncio.timeout(READ_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY:
                    raise _Refused("too large", 413)
        return body.decode()
    except TimeoutError as error:
        raise _Refused("it did not end", 408) from error
    except ClientDisconnect as error:
        raise _Refused("the caller hung up", 400) from error
    except UnicodeDecodeError as error:
        raise _Refused("not UTF-8", 400) from error
