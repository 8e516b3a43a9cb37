"""The worker's sign of life: keeps leases, brings cancellations, and goes on after trouble."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import pytest

from engine.errors import StoreUnavailable
from engine.steps.pulse import GRACE_S, Pulse, Stop
from tests.support.clock import Clock
from tests.support.waiting import until


@dataclass
class Heart:
    """The one method of a job store that a pulse needs."""

    canceled: frozenset[str] = frozenset()
    beats: list[tuple[set[str], float]] = field(default_factory=list)
    down: bool = False

    def heartbeat(self, owners: Collection[str], lease_s: float) -> frozenset[str]:
        self.beats.append((set(owners), lease_s))
        if self.down:
            raise StoreUnavailable("the database is down")
        return self.canceled


@pytest.fixture
def heart() -> Heart:
    return Heart()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pulse(heart: Heart, clock: Clock) -> Iterator[Pulse]:
    pulse = Pulse(heart, 0.03, clock)  # type: ignore[arg-type]
    yield pulse
    pulse.close()


def test_a_run_goes_on_until_someone_cancels_it(pulse: Pulse, heart: Heart) -> None:
    with pulse.watch("a", 60) as watch, pulse.watch("b", 60) as other:
        assert not watch()
        heart.canceled = frozenset({"a", "unknown"})
        until(watch)
        assert watch.reason is Stop.CANCELED
        assert not other()


def test_it_beats_only_while_something_runs(pulse: Pulse, heart: Heart) -> None:
    with pulse.watch("a", 60):
        until(lambda: len(heart.beats) > 2)
    assert heart.beats[0] == ({"a"}, 0.03)


def test_without_a_database_it_tries_again(pulse: Pulse, heart: Heart) -> None:
    heart.down = True
    with pulse.watch("a", 60) as watch:
        until(lambda: len(heart.beats) > 1)
        heart.down, heart.canceled = False, frozenset({"a"})
        until(watch)


def test_a_run_has_a_deadline(pulse: Pulse, clock: Clock) -> None:
    with pulse.watch("a", 60) as watch:
        clock.now += 59
        assert not watch()
        clock.now += 2
        assert watch()
        assert watch.reason is Stop.TIMED_OUT


def test_a_run_that_does_not_end_long_after_its_deadline_loses_its_lease(
    pulse: Pulse, heart: Heart, clock: Clock
) -> None:
    pulse.close()  # here it beats by hand alone
    with pulse.watch("hung", 60), pulse.watch("busy", 600):
        clock.now += 60 + GRACE_S
        pulse.beat()
        assert heart.beats[-1][0] == {"hung", "busy"}
        clock.now += 1
        pulse.beat()
        assert heart.beats[-1][0] == {"busy"}


def test_draining_stops_what_runs_and_what_begins_later(pulse: Pulse) -> None:
    with pulse.watch("a", 60) as first:
        pulse.drain()
        with pulse.watch("b", 60) as second:
            assert first()
            assert second()
            assert second.reason is Stop.DRAINING


def test_the_first_reason_stays(pulse: Pulse) -> None:
    with pulse.watch("a", 60) as watch:
        watch.stop(Stop.CANCELED)
        pulse.drain()
        assert watch.reason is Stop.CANCELED
