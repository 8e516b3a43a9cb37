"""The local workspace as an ASGI application."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from bot.playground import file_routes
from bot.playground.answers import respond
from bot.playground.bodies import TooLarge, read_body
from bot.playground.config import PlaygroundConfig
from bot.playground.errors import SlackError
from bot.playground.people import routes as people
from bot.playground.playground import Playground, build
from bot.playground.web_api import dispatch

_MOST_ANSWER_BYTES = 1024 * 1024
_PAGE = Path(__file__).parent / "page"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: http: https:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_PAGE_HEADERS = {
    # Nothing that anybody wrote can run, even where the page itself were to make markup of it.
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    # A newer version shows at the next visit.
    "cache-control": "no-cache",
}


def create_playground(config: PlaygroundConfig) -> Starlette:
    """A workspace with the app installed; closes itself with the server's lifespan."""
    playground = build(config)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await playground.close()

    # Only by its own name: a page on another site cannot reach it through a name that it points here.
    hosts = {urlsplit(config.public_url).hostname or "127.0.0.1", "127.0.0.1", "localhost"}
    middleware = [Middleware(TrustedHostMiddleware, allowed_hosts=sorted(hosts), www_redirect=False)]
    app = Starlette(routes=_routes(), lifespan=lifespan, middleware=middleware)
    app.state.playground = playground
    return app


def _routes() -> list[BaseRoute]:
    return [
        Route("/", _page),
        Mount("/page", _PageFiles(directory=_PAGE)),
        Route("/archives/{channel}", _permalink),
        Route("/archives/{channel}/{message}", _permalink),
        Route("/healthz", _healthz),
        Route("/api/{method}", dispatch.handle, methods=["GET", "POST"]),
        *(
            Route(f"/{kind}/{{team}}/{{number}}/{{token}}", _answer, methods=["POST"])
            for kind in ("commands", "actions", "app")
        ),
        WebSocketRoute("/link/", _socket),
        *file_routes.ROUTES,
        *people.ROUTES,
    ]


class _PageFiles(StaticFiles):
    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(_PAGE_HEADERS)
        return response


async def _page(request: Request) -> Response:
    return FileResponse(_PAGE / "index.html", headers=_PAGE_HEADERS)


async def _permalink(request: Request) -> Response:
    """To the page, at what a link of chat.getPermalink names, as whoever is first in the workspace."""
    channel, number = request.path_params["channel"], request.path_params.get("message", "").removeprefix("p")
    thread = request.query_params.get("thread_ts") or (f"{number[:-6]}.{number[-6:]}" if number else "")
    return RedirectResponse(f"/#//{quote(channel)}/{quote(thread)}")


async def _healthz(request: Request) -> Response:
    return JSONResponse({"ok": True})


async def _answer(request: Request) -> Response:
    """A response URL."""
    playground: Playground = request.app.state.playground
    try:
        body = json.loads(await read_body(request, _MOST_ANSWER_BYTES))
        if not isinstance(body, dict):
            raise SlackError("invalid_payload", status=400)
        respond(playground, playground.response_urls.use(request.path_params["token"]), body)
    except (ValueError, TooLarge):
        return JSONResponse({"ok": False, "error": "invalid_payload"}, status_code=400)
    except SlackError as error:
        status = error.status if error.status != 200 else 400
        return JSONResponse({"ok": False, "error": error.code}, status_code=status)
    return PlainTextResponse("ok")


async def _socket(socket: WebSocket) -> None:
    playground: Playground = socket.app.state.playground
    await playground.sockets.serve(socket)
