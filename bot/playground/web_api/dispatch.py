"""Takes a Web API request: who asks, what for, may they; then calls the method and answers in Slack's envelope."""

from __future__ import annotations

import asyncio
import contextlib
import json
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.playground.bodies import TooLarge, read_body
from bot.playground.errors import MissingScope, SlackError
from bot.playground.knobs import Failure
from bot.playground.model import Json
from bot.playground.playground import Playground
from bot.playground.quiet import check_call
from bot.playground.web_api import (
    assistant,
    chat,
    chat_more,
    conversations,
    files,
    history,
    pins,
    reactions,
    streams,
    team,
    users,
    views,
)
from bot.playground.web_api.call import Call, Methods

METHODS: Methods = {
    **assistant.METHODS,
    **chat.METHODS,
    **chat_more.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **history.METHODS,
    **pins.METHODS,
    **reactions.METHODS,
    **streams.METHODS,
    **team.METHODS,
    **users.METHODS,
    **views.METHODS,
}
_LONGEST_SILENCE_S = 60.0
_MOST_BODY_BYTES = 4 * 1024 * 1024


async def handle(request: Request) -> Response:
    """The endpoint /api/{method}."""
    playground: Playground = request.app.state.playground
    method = request.path_params["method"]
    try:
        args = await _arguments(request)
    except SlackError as error:
        return _refused(error, playground)
    failure = playground.knobs.failure_for(method)
    if failure and not failure.after_effect:
        return await _fail(request, playground, failure, method, args)
    try:
        token = _token(request, args)
        answer = _run(playground, method, args, token)
        response: Response = JSONResponse({"ok": True, **answer}, headers=_headers(playground))
    except SlackError as error:
        playground.calls.record(method, args, error.status, error.code)
        return _refused(error, playground)
    if failure:
        return await _fail(request, playground, failure, method, args)
    playground.calls.record(method, args, 200)
    return response


def _run(playground: Playground, name: str, args: Json, token: str) -> Json:
    if name not in METHODS:
        raise SlackError("unknown_method")
    scope, method = METHODS[name]
    _authorize(playground, scope, token)
    if not playground.knobs.without_rates:
        playground.rates.count(name)
    check_call(playground.config, name, args)
    return method(Call(playground, name, args))


def _authorize(playground: Playground, scope: str, token: str) -> None:
    config = playground.config
    if not token:
        raise SlackError("not_authed")
    if token not in (config.bot_token, config.app_token):
        raise SlackError("invalid_auth")
    if (scope == "app") != (token == config.app_token):
        raise SlackError("not_allowed_token_type")
    if scope and scope != "app" and not set(scope.split("|")) & set(config.scopes):
        raise MissingScope(scope.split("|", maxsplit=1)[0], config.scopes)


async def _arguments(request: Request) -> Json:
    """From the query, a form or JSON, as Slack takes them."""
    args: Json = dict(request.query_params)
    try:
        body = await read_body(request, _MOST_BODY_BYTES)
    except TooLarge as error:
        raise SlackError("invalid_post_type", status=413) from error
    if not request.headers.get("content-type", "").startswith("application/json"):
        return args | dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        given = json.loads(body or b"{}")
    except ValueError as error:
        raise SlackError("invalid_json") from error
    if not isinstance(given, dict):
        raise SlackError("json_not_object")
    return args | given


def _token(request: Request, args: Json) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(args.get("token") or "")


def _refused(error: SlackError, playground: Playground) -> Response:
    body: Json = {"ok": False, "error": error.code, **error.extra}
    if error.messages:
        body["response_metadata"] = {"messages": list(error.messages)}
        body["errors"] = [message.removeprefix("[ERROR] ") for message in error.messages]
    headers = _headers(playground)
    if error.retry_after_s:
        headers["Retry-After"] = str(error.retry_after_s)
    return JSONResponse(body, status_code=error.status, headers=headers)


def _headers(playground: Playground) -> dict[str, str]:
    return {"x-oauth-scopes": ",".join(playground.config.scopes), "cache-control": "private, no-cache, no-store"}


async def _fail(request: Request, playground: Playground, failure: Failure, method: str, args: Json) -> Response:
    match failure.status:
        case "timeout":
            playground.calls.record(method, args, 0, "timeout")
            return await silence(request)
        case "reset":
            playground.calls.record(method, args, 0, "reset")
            return BrokenOff()
        case dict():
            error = _named(failure.status, method, playground)
            playground.calls.record(method, args, 200, error.code)
            return _refused(error, playground)
    code = "ratelimited" if failure.status == 429 else "internal_error"
    playground.calls.record(method, args, failure.status, code)
    response = _refused(SlackError(code, status=failure.status), playground)
    if failure.status in (429, 503) and failure.retry_after is not None:
        response.headers["Retry-After"] = str(failure.retry_after)
    return response


def _named(status: Json, method: str, playground: Playground) -> SlackError:
    """As Slack words it: what else stands in `status` goes into the answer."""
    code = str(status["error"])
    scope = METHODS[method][0].split("|", maxsplit=1)[0] if method in METHODS else ""
    error = MissingScope(scope, playground.config.scopes) if code == "missing_scope" else SlackError(code)
    error.extra |= {key: value for key, value in status.items() if key != "error"}
    return error


class BrokenOff(Response):
    """An answer of which nothing comes but its announced length: the server then closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"100")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


async def silence(request: Request) -> Response:
    """Say nothing until the caller hangs up."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LONGEST_SILENCE_S):
            while (await request.receive())["type"] != "http.disconnect":
                pass
    return Response(status_code=504)
