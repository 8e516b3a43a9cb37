"""What others run, to compare with: Bolt with an empty handler under the same web server.

python -m bot.bench.peers app|async_app PORT SECRET
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable

import uvicorn
from slack_bolt import Ack, App
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

_RESULT = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-bench")  # noqa: S106 - no token


def app(secret: str) -> Callable[[Request], Awaitable[Response]]:
    """A default `App`: what nearly every Slack app runs."""
    bolt = App(signing_secret=secret, authorize=lambda: _RESULT)

    def aigc(ack: Ack) -> None:
        ack()

    bolt.command("/aigc")(aigc)
    return SlackRequestHandler(bolt).handle


def async_app(secret: str) -> Callable[[Request], Awaitable[Response]]:
    """A bare `AsyncApp` that answers in the request itself."""

    async def authorize() -> AuthorizeResult:
        return _RESULT

    bolt = AsyncApp(signing_secret=secret, authorize=authorize, process_before_response=True)

    async def aigc(ack: AsyncAck) -> None:
        await ack()

    bolt.command("/aigc")(aigc)
    return AsyncSlackRequestHandler(bolt).handle


async def _live(_: Request) -> Response:
    return PlainTextResponse("ok")


if __name__ == "__main__":
    name, port, secret = sys.argv[1:]
    handler = {"app": app, "async_app": async_app}[name](secret)
    routes = [Route("/slack/events", handler, methods=["POST"]), Route("/health/ready", _live)]
    uvicorn.run(Starlette(routes=routes), port=int(port), http="httptools", log_config=None, access_log=False)
