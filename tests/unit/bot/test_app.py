"""The door: who is let in, and how errors end."""

from __future__ import annotations

import json
import time

import pytest

from bot import readiness
from bot.server import MAX_BODY
from engine.telemetry.health import Probe
from tests.unit.bot.listeners.conftest import Wire, wire  # noqa: F401 - the fixture

SLASH = "command=%2Faigc&text=copy+a+post&team_id=T1&channel_id=C1&user_id=U1&trigger_id=1"


async def test_a_wrong_signature_is_refused(wire: Wire) -> None:  # noqa: F811
    assert (await wire.post(SLASH, secret="another")).status_code == 401
    assert wire.jobs() == []


async def test_an_old_request_is_refused(wire: Wire) -> None:  # noqa: F811
    assert (await wire.post(SLASH, stamp=int(time.time()) - 3600)).status_code == 401
    assert wire.jobs() == []


async def test_slacks_address_check_is_answered(wire: Wire) -> None:  # noqa: F811
    answer = await wire.post(json.dumps({"type": "url_verification", "challenge": "abc"}))
    assert answer.json() == {"challenge": "abc"}


@pytest.mark.parametrize("body", ["{", '{"authorizations": "x"}', "payload=%7B", '{"a":' * 50_000])
async def test_what_slack_never_sends_is_refused(wire: Wire, body: str) -> None:  # noqa: F811
    assert 400 <= (await wire.post(body)).status_code < 500


async def test_more_than_slack_ever_sends_is_not_read(wire: Wire) -> None:  # noqa: F811
    answer = await wire.post("text=" + "x" * MAX_BODY)
    assert answer.status_code == 413


async def test_bytes_that_are_no_text_are_refused(wire: Wire) -> None:  # noqa: F811
    answer = await wire.client.post("/slack/events", content=b"\xff\xfe")
    assert answer.status_code == 400


async def test_an_event_that_nothing_listens_to_is_acknowledged(wire: Wire) -> None:  # noqa: F811
    assert (await wire.event(type="reaction_added")).status_code == 200


async def test_health(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(readiness, "FRESH_S", 0.0)
    assert (await wire.client.get("/health/live")).text == "ok"
    assert (await wire.client.get("/health/ready")).status_code == 503, "it was told of nothing to look at"
    wire.bot.health.watch(Probe("database", lambda: wire.store.get("")))
    assert (await wire.client.get("/health/ready")).json() == {"status": "ready", "checks": {"database": "ok"}}


async def test_no_log_quotes_a_request_whatever_its_level(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:  # noqa: F811
    caplog.set_level("DEBUG")
    said = SLASH.replace("a+post", "our+secret+falcon")
    await wire.post(said, secret="another")
    await wire.post(said)
    await wire.event(type="reaction_added", item="our secret falcon")
    assert [job.request.prompt for job in wire.jobs()] == ["our secret falcon"]
    assert "falcon" not in caplog.text
