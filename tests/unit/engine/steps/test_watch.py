"""What counts as a model's silence, and what ends it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.errors import EngineError, Interrupted, OutOfMemory
from engine.steps.watch import Silence, Stop, Watch, followed
from tests.support.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def silence(clock: Clock) -> Silence:
    return Silence(clock)


def test_it_lasts_from_when_somebody_waits_to_when_something_is_heard(silence: Silence, clock: Clock) -> None:
    silence.begin()
    clock.now += 5
    assert silence.lasts_s == 5
    silence.end(heard=True)
    clock.now += 7
    assert silence.lasts_s == 0


def test_what_one_job_hears_ends_it_for_all(silence: Silence, clock: Clock) -> None:
    silence.begin()
    silence.begin()
    clock.now += 5
    silence.end(heard=True)
    clock.now += 2
    assert silence.lasts_s == 2


def test_who_gives_up_does_not_end_it_nor_does_a_pause_without_jobs_make_it_longer(
    silence: Silence, clock: Clock
) -> None:
    silence.begin()
    clock.now += 5
    silence.end(heard=False)
    clock.now += 1000
    assert silence.lasts_s == 5
    silence.begin()
    clock.now += 2
    assert silence.lasts_s == 7


def test_events_come_as_they_are_and_each_ends_the_silence_before_it(silence: Silence, clock: Clock) -> None:
    def events() -> Iterator[str]:
        for word in ("a", "b"):
            clock.now += 5
            assert silence.lasts_s == 5
            yield word

    heard = []
    for event in followed(events, silence):
        heard.append(event)
        clock.now += 100
        assert silence.lasts_s == 0
    assert heard == ["a", "b"]
    assert silence.waiting == 0


@pytest.mark.parametrize(("error", "lasts_s"), [(OutOfMemory("full"), 0.0), (Interrupted("canceled"), 5.0)])
def test_an_error_is_a_sign_of_life_and_an_interruption_is_none(
    silence: Silence, clock: Clock, error: EngineError, lasts_s: float
) -> None:
    def broken() -> Iterator[str]:
        clock.now += 5
        raise error
        yield ""

    with pytest.raises(type(error)):
        next(followed(broken, silence))
    assert (silence.lasts_s, silence.waiting) == (lasts_s, 0)


def test_a_watch_stops_at_its_deadline_and_is_overdue_after_its_grace(clock: Clock) -> None:
    watch = Watch(clock.now + 60, clock, grace_s=10)
    assert not watch()
    clock.now += 61
    assert watch()
    assert watch.reason is Stop.TIMED_OUT
    clock.now += 8
    assert not watch.overdue
    clock.now += 2
    assert watch.overdue
