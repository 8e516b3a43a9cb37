"""What is told of the whole installation, also where a part of it is down."""

from __future__ import annotations

from dataclasses import replace

from prometheus_client import CollectorRegistry

from engine.domain.census import Census
from engine.domain.job import State
from engine.domain.request import Kind
from engine.errors import QueueUnavailable, StoreUnavailable
from engine.telemetry.installation import Installation

CENSUS = Census(
    {(Kind.COPY, State.ACCEPTED): 3, (Kind.DRAW, State.RUNNING): 1}, {Kind.COPY: 940.0}, 2, {"unchanged": 3}
)
INSTALLATION = Installation(
    census=lambda: CENSUS,
    waiting=lambda kind: 3 if kind is Kind.COPY else 0,
    ready=lambda: [("copy", "draw"), ("draw",), ("deliver",)],
    clock=lambda: 1000.0,
)


def registry(installation: Installation) -> CollectorRegistry:
    made = CollectorRegistry()
    made.register(installation)
    return made


def no_store() -> Census:
    raise StoreUnavailable("down")


def no_queue(kind: Kind) -> int:
    raise QueueUnavailable("down")


def test_jobs_queues_and_workers_are_counted() -> None:
    told = registry(INSTALLATION).get_sample_value
    assert told("aigc_jobs_open", {"kind": "copy", "state": "accepted"}) == 3
    assert told("aigc_jobs_open", {"kind": "copy", "state": "running"}) == 0
    assert told("aigc_oldest_waiting_seconds", {"kind": "copy"}) == 60
    assert told("aigc_oldest_waiting_seconds", {"kind": "draw"}) == 0
    assert told("aigc_jobs_undelivered") == 2
    assert [told("aigc_replies_sent_30d", {"draft": draft}) for draft in ("unchanged", "edited")] == [3, 0]
    assert told("aigc_queue_depth", {"kind": "copy"}) == 3
    assert told("aigc_workers_ready", {"work": "draw"}) == 2
    assert told("aigc_workers_ready", {"work": "deliver"}) == 1
    assert [told("aigc_reachable", {"part": part}) for part in ("database", "broker", "redis")] == [1, 1, 1]


def test_what_cannot_be_learnt_is_left_out_and_said_to_be() -> None:
    told = registry(replace(INSTALLATION, census=no_store, waiting=no_queue)).get_sample_value
    assert told("aigc_jobs_open", {"kind": "copy", "state": "accepted"}) is None
    assert told("aigc_queue_depth", {"kind": "copy"}) is None
    assert told("aigc_workers_ready", {"work": "copy"}) == 1
    assert [told("aigc_reachable", {"part": part}) for part in ("database", "broker", "redis")] == [0, 0, 1]


def test_to_register_it_asks_nothing() -> None:
    asked: list[str] = []
    registry(replace(INSTALLATION, census=lambda: asked.append("census") or CENSUS))  # type: ignore[func-returns-value]
    assert asked == []
