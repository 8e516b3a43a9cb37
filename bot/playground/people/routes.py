"""The routes of the people API; README.md in the folder above describes them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.playground import seed
from bot.playground.bodies import TooLarge, read_body
from bot.playground.errors import ActError
from bot.playground.model import Json
from bot.playground.people import reads
from bot.playground.people.acts import ACTS
from bot.playground.people.request import Act, person
from bot.playground.people.words import in_language
from bot.playground.playground import Playground

Endpoint = Callable[[Request], Awaitable[Response]]


async def get_state(request: Request) -> Response:
    """Of the first person, for a page that does not know anybody yet."""
    playground = _playground(request)
    return JSONResponse(reads.state(playground, person(playground, request.query_params.get("user", seed.ADA.id))))


async def get_messages(request: Request) -> Response:
    playground, query = _playground(request), request.query_params
    user = person(playground, query.get("user"))
    limit = query.get("limit", "100")
    if not limit.isdecimal():
        raise ActError("invalid_request", '"limit" is a number.')
    found = reads.messages(
        playground,
        user,
        query.get("channel", ""),
        thread_ts=query.get("thread_ts", ""),
        before=query.get("before", ""),
        limit=int(limit),
    )
    return JSONResponse(found)


async def get_views(request: Request) -> Response:
    playground = _playground(request)
    return JSONResponse(playground.views.shown(person(playground, request.query_params.get("user")).id))


async def get_events(request: Request) -> Response:
    playground = _playground(request)
    user = person(playground, request.query_params.get("user"))
    chunks = playground.feed.listen(user.id, resumed="last-event-id" in request.headers)
    headers = {"cache-control": "no-cache", "x-accel-buffering": "no"}
    return StreamingResponse(chunks, media_type="text/event-stream", headers=headers)


async def post_act(request: Request) -> Response:
    playground = _playground(request)
    body = await _json(request)
    act = Act(playground, person(playground, body.get("user")), body)
    do = ACTS.get(act.text("do"))
    if do is None:
        raise ActError("unknown_act", f'"do" is one of: {", ".join(sorted(ACTS))}.')
    try:
        return JSONResponse({"ok": True, **await do(act)})
    except ActError as error:
        raise ActError(error.code, in_language(error.message, act.user.locale)) from error


async def get_knobs(request: Request) -> Response:
    return JSONResponse(_playground(request).knobs.as_json())


async def post_knobs(request: Request) -> Response:
    playground = _playground(request)
    body = await _json(request)
    try:
        playground.knobs.turn(body)
    except (TypeError, ValueError) as error:
        raise ActError("bad_knob", f"A knob has a value of the wrong kind: {error}.") from error
    return JSONResponse({"ok": True, **playground.knobs.as_json()})


async def get_calls(request: Request) -> Response:
    return JSONResponse(_playground(request).calls.as_json())


def _answering(endpoint: Endpoint) -> Endpoint:
    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ActError as error:
            return JSONResponse({"ok": False, "error": error.code, "message": error.message}, status_code=400)

    return guarded


async def _json(request: Request) -> Json:
    """The body. JSON is demanded by its content type, so that no form on another site can send one."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise ActError("invalid_request", "Send JSON, with the header Content-Type: application/json.")
    most = _playground(request).config.max_file_bytes * 2
    try:
        body: Any = json.loads(await read_body(request, most))
    except TooLarge as error:
        raise ActError("too_large", f"A request has at most {most:,} bytes.") from error
    except ValueError as error:
        raise ActError("invalid_json", "The body is not JSON.") from error
    if not isinstance(body, dict):
        raise ActError("invalid_json", "The body is not a JSON object.")
    return body


def _playground(request: Request) -> Playground:
    playground: Playground = request.app.state.playground
    return playground


ROUTES = [
    Route("/people/state", _answering(get_state)),
    Route("/people/messages", _answering(get_messages)),
    Route("/people/views", _answering(get_views)),
    Route("/people/events", _answering(get_events)),
    Route("/people/act", _answering(post_act), methods=["POST"]),
    Route("/knobs", _answering(get_knobs)),
    Route("/knobs", _answering(post_knobs), methods=["POST"]),
    Route("/calls", _answering(get_calls)),
]
