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
from bot.playground.model import File
from bot.playground.playground import Playground
from bot.playground.uploads import preview_png

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
    file = playground.workspace.files.get(request.path_params["file_id"])
    if _bears_token(request, playground) and "files:read" not in playground.config.scopes:
        return RedirectResponse("/?redir=%2Ffiles")  # as Slack does: a page to sign in at, and no error
    if file is None or not _may_read(request, playground, file):
        return PlainTextResponse("Not found", status_code=404)
    data = playground.workspace.read_bytes(file)
    if data is None:
        return PlainTextResponse("Not found", status_code=404)
    if request.path_params["name"] == f"thumb_{THUMB}.png" and is_shown_inline(file):
        small = await run_in_threadpool(preview_png, data, THUMB)
        if small is not None:
            return Response(small, media_type="image/png", headers=_GUARDS)
    if is_shown_inline(file):
        return Response(data, media_type=file.mimetype, headers=_GUARDS)
    # Anything else is only saved: a page that somebody uploads must not run as one of the workspace's own.
    headers = {**_GUARDS, "content-disposition": "attachment"}
    return Response(data, media_type="application/octet-stream", headers=headers)


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
