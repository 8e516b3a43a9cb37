"""The bot's front door: what is let in to be parsed at all."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from slack_sdk.signature import SignatureVerifier

from bot import server
from bot.server import MAX_BODY
from tests.unit.bot.listeners.conftest import SECRET, Wire, wire  # noqa: F401 - the fixture

SLASH = "command=%2Faigc&text=copy+our+secret+falcon&team_id=T1&channel_id=C1&user_id=U1&trigger_id=1"


def signed(body: str = SLASH, secret: str = SECRET, age_s: int = 0) -> dict[str, str]:
    at = str(int(time.time()) - age_s)
    signature = SignatureVerifier(secret).generate_signature(timestamp=at, body=body) or ""
    return {"x-slack-request-timestamp": at, "x-slack-signature": signature}


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in signed().items() if key != name}


FORGED: dict[str, dict[str, Any]] = {
    "unsigned": {},
    "without a time": {**without("x-slack-request-timestamp")},
    "without a signature": {**without("x-slack-signature")},
    "replayed": {**signed(age_s=3_600)},
    "from the future": {**signed(age_s=-3_600)},
    "another app's": {**signed(secret="another")},
    "of another body": {**signed(SLASH + "&more=1")},
    "no ASCII": {**signed(), "x-slack-signature": "v0=é".encode()},
    "no time": {**signed(), "x-slack-request-timestamp": "soon"},
    "a time of many digits": {**signed(), "x-slack-request-timestamp": "9" * 5_000},
    "digits that are no ASCII": {**signed(), "x-slack-request-timestamp": "१२३".encode()},
}


@pytest.mark.parametrize("name", FORGED)
async def test_who_does_not_sign_as_slack_is_refused_and_nothing_is_done(
    wire: Wire,  # noqa: F811
    name: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    for body in (SLASH, '{"type": "url_verification", "challenge": "falcon"}'):
        answer = await wire.client.post("/slack/events", content=body.encode(), headers=FORGED[name])
        assert (answer.status_code, answer.text) == (401, "refused")
    assert wire.jobs() == []
    assert [record.levelname for record in caplog.records if record.name == "bot.server"] == ["WARNING"] * 2
    assert "falcon" not in caplog.text


async def test_a_replay_within_five_minutes_does_nothing_again(wire: Wire) -> None:  # noqa: F811
    headers = signed()
    for _ in range(3):
        assert (await wire.client.post("/slack/events", content=SLASH.encode(), headers=headers)).status_code == 200
    assert len(wire.jobs()) == 1


async def test_what_is_not_signed_is_not_even_parsed(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(server, "AsyncBoltRequest", None)
    assert (await wire.post("{" * 1_000, secret="another")).status_code == 401


async def test_slack_may_look_at_the_certificate(wire: Wire) -> None:  # noqa: F811
    answer = await wire.client.post("/slack/events", content=b"ssl_check=1&token=x")
    assert (answer.status_code, answer.text) == (200, "")
    await wire.client.post("/slack/events", content=SLASH.encode() + b"&ssl_check=1")
    assert wire.jobs() == []


async def stream(piece: bytes, count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield piece


@pytest.mark.parametrize("size_mb", [1, 10])
async def test_no_more_is_read_than_slack_ever_sends(wire: Wire, size_mb: int) -> None:  # noqa: F811
    answer = await wire.client.post("/slack/events", content=stream(b"x" * 65_536, size_mb * 16 + 1))
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"  # what is left is not waited for


async def test_a_body_of_the_largest_size_is_taken(wire: Wire) -> None:  # noqa: F811
    body = f"{SLASH}&more=".ljust(MAX_BODY, "x")
    assert (await wire.post(body)).status_code == 200


async def test_a_body_that_does_not_end_is_not_waited_for(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(server, "READ_S", 0.01)

    async def stuck() -> AsyncIterator[bytes]:
        yield b"command="
        await asyncio.Event().wait()

    assert (await wire.client.post("/slack/events", content=stuck())).status_code == 408


@pytest.mark.parametrize("body", [b"\xff\xfe", gzip.compress(SLASH.encode(), mtime=0), SLASH.encode("utf-16")])
async def test_what_is_not_utf8_is_refused(wire: Wire, body: bytes) -> None:  # noqa: F811
    headers = {**signed(), "content-encoding": "gzip"}
    assert (await wire.client.post("/slack/events", content=body, headers=headers)).status_code == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_slack_only_posts(wire: Wire, method: str) -> None:  # noqa: F811
    answer: httpx2.Response = await wire.client.request(method, "/slack/events", headers=signed())
    assert answer.status_code == 405
    assert wire.jobs() == []
