"""The worker's sign of life: keeps leases, brings cancellations, and goes on after trouble."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import pytest

from engine.domain.job import Heard
from engine.errors import StoreUnavailable
from engine.steps.pulse import Pulse
from engine.steps.watch import Stop, followed
from engine.timing import Timing
from tests.support.clock import Clock
from tests.support.waiting import until

TIMING = Timing(lease_s=0.03, job_timeout_s=60.0, hang_s=20.0)


@dataclass
class Heart:
    """The one method of a job store that a pulse needs."""

    heard: Heard = field(default_factory=Heard)
    beats: list[tuple[set[str], float]] = field(default_factory=list)
    down: bool = False

    def heartbeat(self, owners: Collection[str], lease_s: float) -> Heard:
        self.beats.append((set(owners), lease_s))
        if self.down:
            raise StoreUnavailable("the database is down")
        return self.heard


@pytest.fixture
def heart() -> Heart:
    return Heart()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pulse(heart: Heart, clock: Clock) -> Iterator[Pulse]:
    pulse = Pulse(heart, TIMING, clock)  # type: ignore[arg-type]
    yield pulse
    pulse.close()


def test_a_run_goes_on_until_someone_cancels_it(pulse: Pulse, heart: Heart) -> None:
    with pulse.watch("a") as watch, pulse.watch("b") as other:
        assert not watch()
        heart.heard = Heard(canceled=frozenset({"a", "unknown"}))
        until(watch)
        assert watch.reason is Stop.CANCELED
        assert not other()


def test_it_beats_only_while_something_runs(pulse: Pulse, heart: Heart) -> None:
    with pulse.watch("a"):
        until(lambda: len(heart.beats) > 2)
    assert heart.beats[0] == ({"a"}, 0.03)


def test_without_a_database_it_tries_again(pulse: Pulse, heart: Heart) -> None:
    heart.down = True
    with pulse.watch("a") as watch:
        until(lambda: len(heart.beats) > 1)
        heart.down, heart.heard = False, Heard(canceled=frozenset({"a"}))
        until(watch)


def test_a_run_has_a_deadline(pulse: Pulse, clock: Clock) -> None:
    with pulse.watch("a") as watch:
        clock.now += 59
        assert not watch()
        clock.now += 2
        assert watch()
        assert watch.reason is Stop.TIMED_OUT


def test_a_run_whose_lease_went_to_another_stops(pulse: Pulse, heart: Heart) -> None:
    with pulse.watch("a") as watch:
        heart.heard = Heard(lost=frozenset({"a"}))
        until(watch)
        assert watch.reason is Stop.LOST


def test_a_run_that_does_not_end_long_after_its_deadline_loses_its_lease_and_ends_its_worker(
    pulse: Pulse, heart: Heart, clock: Clock
) -> None:
    pulse.close()  # here it looks by hand alone
    hangs: list[str] = []
    pulse.on_hang = lambda: hangs.append("hang")
    with pulse.watch("hung") as hung:
        clock.now += TIMING.grace_s
        with pulse.watch("busy") as busy:
            clock.now += TIMING.job_timeout_s
            pulse.look_for_hangs()
            pulse.beat()
            assert (heart.beats[-1][0], hangs) == ({"hung", "busy"}, [])
            clock.now += 1
            pulse.look_for_hangs()
            pulse.beat()
            pulse.look_for_hangs()
            assert (heart.beats[-1][0], hangs) == ({"busy"}, ["hang"])
            assert (hung.reason, busy.reason) == (Stop.HUNG, None)


def test_all_runs_of_a_silent_model_hang_and_no_other(pulse: Pulse, clock: Clock) -> None:
    pulse.close()
    hangs: list[str] = []
    pulse.on_hang = lambda: hangs.append("hang")
    with pulse.watch("a") as first, pulse.watch("b") as second, pulse.watch("c") as other:
        for watch, model in ((first, "m"), (second, "m"), (other, "n")):
            watch.silence = pulse.silence(model)
            watch.silence.begin()
        clock.now += TIMING.hang_s - 1
        other_model = pulse.silence("n")
        other_model.end(heard=True)
        other_model.begin()
        pulse.look_for_hangs()
        assert hangs == []
        clock.now += 2
        pulse.look_for_hangs()
        assert hangs == ["hang"]
        assert (first.reason, second.reason, other.reason) == (Stop.HUNG, Stop.HUNG, None)


def test_a_run_is_told_to_stop_before_its_worker_ends(pulse: Pulse, clock: Clock) -> None:
    pulse.close()
    told: list[Stop | None] = []
    with pulse.watch("a") as watch:
        pulse.on_hang = lambda: told.append(watch.reason)
        watch.silence = pulse.silence("m")
        events = followed(lambda: iter("ab"), watch.silence)
        assert next(events) == "a"
        clock.now += TIMING.hang_s + 1  # nobody waits: the run is busy with what came
        pulse.look_for_hangs()
        assert told == []
        watch.silence.begin()
        clock.now += TIMING.hang_s + 1
        pulse.look_for_hangs()
        assert told == [Stop.HUNG]


def test_draining_stops_what_runs_and_what_begins_later(pulse: Pulse) -> None:
    with pulse.watch("a") as first:
        pulse.drain()
        with pulse.watch("b") as second:
            assert first()
            assert second()
            assert second.reason is Stop.DRAINING


def test_the_first_reason_stays(pulse: Pulse) -> None:
    with pulse.watch("a") as watch:
        watch.stop(Stop.CANCELED)
        pulse.drain()
        assert watch.reason is Stop.CANCELED
