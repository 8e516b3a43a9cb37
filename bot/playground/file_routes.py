"""Where file bytes come in and go out."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.playground.bodies import TooLarge, read_body
from bot.playground.errors import SlackError
from bot.playground.file_shapes import is_shown_inline
from bot.playground.file_urls import THUMB
from bot.playground.knobs import Failure
from bot.playground.model import File
from bot.playground.playground import Playground
from bot.playground.uploads import preview_png
from bot.playground.web_api.dispatch import BrokenOff, silence

DOWNLOAD = "files.download"
UPLOAD = "files.upload"
"""What the knob `fail_next` calls the app's fetching of a file, and its sending of one, which are no methods of the
Web API."""
_GUARDS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cache-control": "private, max-age=86400",
}


async def receive(request: Request) -> Response:
    """Step two of an upload: the bytes, raw or as a form's file."""
    playground: Playground = request.app.state.playground
    file = playground.workspace.files.get(request.path_params["file_id"])
    if file is None or not playground.workspace.file_urls.opens(file.id, request.path_params["key"]):
        return PlainTextResponse("Not found", status_code=404)
    if file.received:
        return PlainTextResponse("Already uploaded", status_code=400)
    if failure := playground.knobs.failure_for(UPLOAD):
        return await _fail(request, failure)
    try:
        data = await _bytes(request, file.size)
        playground.uploads.receive(file, data)
    except TooLarge:
        return PlainTextResponse("invalid_file_size", status_code=400)
    except SlackError as error:
        return PlainTextResponse(error.code, status_code=error.status)
    return PlainTextResponse(f"OK - {len(data)}")


async def serve(request: Request) -> Response:
    """A file, for the app's token or the key of its address."""
    playground: Playground = request.app.state.playground
    if _bears_token(request, playground):
        if failure := playground.knobs.failure_for(DOWNLOAD):
            return await _fail(request, failure)
        if "files:read" not in playground.config.scopes:
            return RedirectResponse("/?redir=%2Ffiles")  # as Slack does: a page to sign in at, and no error
    file = playground.workspace.files.get(request.path_params["file_id"])
    data = playground.workspace.read_bytes(file) if file and _may_read(request, playground, file) else None
    if file is None or data is None:
        return PlainTextResponse("Not found", status_code=404)
    return await _shown(file, data, small=request.path_params["name"] == f"thumb_{THUMB}.png")


async def _shown(file: File, data: bytes, *, small: bool) -> Response:
    if not is_shown_inline(file):
        # Only saved: a page that somebody uploads must not run as one of the workspace's own.
        headers = {**_GUARDS, "content-disposition": "attachment"}
        return Response(data, media_type="application/octet-stream", headers=headers)
    preview = await run_in_threadpool(preview_png, data, THUMB) if small else None
    if preview is not None:
        return Response(preview, media_type="image/png", headers=_GUARDS)
    return Response(data, media_type=file.mimetype, headers=_GUARDS)


async def _fail(request: Request, failure: Failure) -> Response:
    if failure.status == "reset":
        return BrokenOff()
    if not isinstance(failure.status, int):
        return await silence(request)
    advised = failure.status in (429, 503) and failure.retry_after is not None
    headers = {"Retry-After": str(failure.retry_after)} if advised else None
    return PlainTextResponse("", status_code=failure.status, headers=headers)


def _may_read(request: Request, playground: Playground, file: File) -> bool:
    key = request.query_params.get("key", "")
    return _bears_token(request, playground) or playground.workspace.file_urls.opens(file.id, key)


def _bears_token(request: Request, playground: Playground) -> bool:
    return request.headers.get("authorization") == f"Bearer {playground.config.bot_token}"


async def _bytes(request: Request, most: int) -> bytes:
    """Raises TooLarge beyond `most` bytes."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form(max_files=1, max_fields=10) as form:
            sent = next((value for value in form.values() if isinstance(value, UploadFile)), None)
            return await sent.read(most + 1) if sent else b""
    return await read_body(request, most)


ROUTES = [
    Route("/upload/v1/{file_id}/{key}", receive, methods=["POST"]),
    Route("/files/{file_id}/{name:path}", serve),
]
