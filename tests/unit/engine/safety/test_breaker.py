"""A server that failed some times in a row is left alone for a while, then tried once."""

from __future__ import annotations

from engine.safety.breaker import FAILURES, PAUSE_S, Breaker
from tests.support.clock import Clock


def tripped(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        assert breaker.admits()
        breaker.failed()
    return breaker


def test_some_failures_in_a_row_open_it() -> None:
    clock = Clock()
    breaker = tripped(clock)
    clock.now += PAUSE_S - 1
    assert not breaker.admits()


def test_a_success_between_failures_keeps_it_closed() -> None:
    breaker = Breaker(Clock())
    for _ in range(3 * FAILURES):
        breaker.failed()
        breaker.succeeded()
    assert breaker.admits()


def test_after_the_pause_one_call_tries_and_the_others_wait_for_it() -> None:
    clock = Clock()
    breaker = tripped(clock)
    clock.now += PAUSE_S
    assert [breaker.admits(), breaker.admits()] == [True, False]


def test_a_trial_that_succeeds_closes_it_and_one_that_fails_opens_it_again() -> None:
    clock = Clock()
    breaker = tripped(clock)
    clock.now += PAUSE_S
    assert breaker.admits()
    breaker.failed()
    assert not breaker.admits()
    clock.now += PAUSE_S
    assert breaker.admits()
    breaker.succeeded()
    assert [breaker.admits(), breaker.admits()] == [True, True]
