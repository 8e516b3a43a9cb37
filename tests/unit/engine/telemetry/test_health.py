"""A process is ready when what it needs is well, and says what is not, in codes alone."""

from __future__ import annotations

import json

from engine.errors import StoreUnavailable
from engine.telemetry.health import Health, Probe


def well() -> None:
    pass


def ill() -> None:
    raise StoreUnavailable("postgresql://aigc:hunter2@host is down")


def strange() -> None:
    raise ValueError("our secret falcon")


def test_before_it_is_put_together_a_process_is_not_ready() -> None:
    assert not Health().look().ready


def test_it_is_ready_when_all_is_well() -> None:
    health = Health()
    health.watch(Probe("database", well), Probe("queue", well))
    assert json.loads(health.look().json()) == {"status": "ready", "checks": {"database": "ok", "queue": "ok"}}


def test_without_what_it_needs_it_is_not_ready() -> None:
    health = Health()
    health.watch(Probe("database", ill), Probe("queue", well))
    report = health.look()
    assert (report.ready, report.found) == (False, {"database": "store_unavailable", "queue": "ok"})


def test_of_what_it_can_do_without_it_only_tells() -> None:
    health = Health()
    health.watch(Probe("database", well), Probe("queue", strange, needed=False))
    report = health.look()
    assert (report.ready, report.found) == (True, {"database": "ok", "queue": "ValueError"})
