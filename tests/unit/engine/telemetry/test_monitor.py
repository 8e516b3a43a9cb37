"""The port that a process is watched at."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from bot.play import free_port
from engine.errors import ConfigurationError, StoreUnavailable
from engine.telemetry.health import Probe
from engine.telemetry.logs import name_process, process_name
from engine.telemetry.monitor import watched


@pytest.fixture(autouse=True)
def _the_name_it_had() -> Iterator[None]:
    before = process_name()
    yield
    name_process(before)


def test_it_is_live_before_it_is_ready() -> None:
    port = free_port(0)
    with (
        watched("generate", "127.0.0.1", port, "") as health,
        httpx2.Client(base_url=f"http://127.0.0.1:{port}") as http,
    ):
        assert http.get("/health/live").status_code == 200
        assert http.get("/health/ready").status_code == 503
        health.watch(Probe("database", lambda: None))
        assert http.get("/health/ready").json() == {"status": "ready", "checks": {"database": "ok"}}
        assert process_name() == "generate"


def test_what_is_ill_outside_makes_it_not_ready_and_leaves_it_live() -> None:
    def ill() -> None:
        raise StoreUnavailable("down")

    port = free_port(0)
    with (
        watched("deliver", "127.0.0.1", port, "") as health,
        httpx2.Client(base_url=f"http://127.0.0.1:{port}") as http,
    ):
        health.watch(Probe("database", ill))
        assert http.get("/health/ready").status_code == 503
        assert http.get("/health/live").status_code == 200


def test_metrics_are_there_and_nothing_else() -> None:
    port = free_port(0)
    with watched("bot", "127.0.0.1", port, ""), httpx2.Client(base_url=f"http://127.0.0.1:{port}") as http:
        answer = http.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain")
        assert "aigc_jobs_total" in answer.text
        assert http.get("/").status_code == 404


def test_without_a_port_nothing_listens() -> None:
    with watched("bot", "no such host", 0, "") as health:
        assert not health.look().ready


def test_a_port_that_is_taken_is_said_at_once() -> None:
    port = free_port(0)
    with (
        watched("bot", "127.0.0.1", port, ""),
        pytest.raises(ConfigurationError, match="AIGC_MONITOR_PORT"),
        watched("deliver", "127.0.0.1", port, ""),
    ):
        pass
