"""Socket Mode envelopes with something wrong in them, over a real socket: refused, logged, and the next is taken."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.server import create_server
from bot.settings import BotSettings
from tests.support.asgi import serving
from tests.support.payloads import examples, spoilt
from tests.support.speech import FakeReader, FakeWords
from tests.support.waiting import until
from tests.unit.bot.listeners.conftest import wired

GOOD = spoilt(examples("0" * 16)["command"], ("text",), "copy the last one")
SECRET_WORDS = "our secret falcon"


def envelope(payload: Any, name: str = "spoilt", kind: str = "slash_commands") -> str:
    return json.dumps({"envelope_id": name, "type": kind, "payload": payload, "accepts_response_payload": True})


NO_PAYLOADS: list[Any] = [
    None, 3, [], SECRET_WORDS, {"command": SECRET_WORDS}, {"type": "event_callback", "event": None},
    {"authorizations": "x"}, {"type": "block_actions", "actions": []}, {"enterprise": 1},
    spoilt(GOOD, ("trigger_id",), SECRET_WORDS), spoilt(GOOD, ("user_id",), None), spoilt(GOOD, ("text",), {}),
]  # fmt: skip
MALFORMED = [
    "", "{", "[]", "null", "[" * 100_000, '{"a":' * 100_000, json.dumps(SECRET_WORDS),
    json.dumps({"payload": SECRET_WORDS}),
    json.dumps({"envelope_id": {}, "type": [], "payload": GOOD}),
    *map(envelope, NO_PAYLOADS),
]  # fmt: skip


class TinySlack:
    """Hands every connection the frames, and remembers what came back."""

    def __init__(self, frames: list[str]) -> None:
        self.acknowledged: list[str] = []
        self._frames = frames
        self._url = ""

    def app(self) -> Starlette:
        open_ = Route("/api/apps.connections.open", self._open, methods=["POST"])
        return Starlette(routes=[open_, WebSocketRoute("/link", self._link)])

    async def _open(self, request: Request) -> Response:
        return JSONResponse({"ok": True, "url": f"ws://{request.url.netloc}/link"})

    async def _link(self, socket: WebSocket) -> None:
        await socket.accept()
        for frame in self._frames:
            await socket.send_text(frame)
        await socket.send_bytes(b"\xff" * 10)
        await socket.send_text(envelope(GOOD, "good"))
        try:
            while True:
                self.acknowledged.append(json.loads(await socket.receive_text())["envelope_id"])
        except WebSocketDisconnect:
            return


async def test_what_is_malformed_is_acknowledged_or_passed_over_and_nothing_is_done(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    slack = TinySlack(MALFORMED)
    async with wired(tmp_path, FakeReader(), FakeWords()) as wire:
        with serving(slack.app()) as url:
            settings = BotSettings(slack_mode="socket", slack_app_token="xapp-test", slack_api_url=f"{url}/api/")
            server = create_server(wire.bot, settings)
            async with server.router.lifespan_context(server):
                await asyncio.to_thread(until, lambda: "good" in slack.acknowledged)
        assert [job.request.prompt for job in wire.jobs()] == ["the last one"]
    refused = [record for record in caplog.records if record.name == "bot.server" and record.levelname == "WARNING"]
    assert len(refused) == 8
    assert slack.acknowledged.count("spoilt") == 9  # these, and a text for a payload, which asks for nothing
    assert SECRET_WORDS not in caplog.text


async def test_without_a_signing_secret_nothing_comes_in_over_http(tmp_path: Path) -> None:
    async with wired(tmp_path, FakeReader(), FakeWords(), secret="") as wire:
        assert (await wire.slash("copy a post")).status_code == 401
        assert wire.jobs() == []
