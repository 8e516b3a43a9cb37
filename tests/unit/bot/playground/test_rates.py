"""A burst, then a steady rate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.errors import RateLimited
from bot.playground.rates import Rates


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_empties_the_bucket_of_one_channel() -> None:
    rates = Rates(2, 1.0, clock=Clock())
    rates.take("chat.postMessage", "C1")
    rates.take("chat.postMessage", "C1")
    with pytest.raises(RateLimited) as refused:
        rates.take("chat.postMessage", "C1")
    assert (refused.value.status, refused.value.retry_after_s) == (429, 1)
    rates.take("chat.postMessage", "C2")
    rates.take("chat.update", "C1")


@given(burst=st.integers(1, 10), waits=st.lists(st.floats(0, 5), max_size=30))
def test_whoever_waits_as_told_is_let_through(burst: int, waits: list[float]) -> None:
    clock = Clock()
    rates = Rates(burst, 1.0, clock=clock)
    for wait in waits:
        clock.now += wait
        try:
            rates.take("m", "C1")
        except RateLimited as refused:
            clock.now += refused.retry_after_s
            rates.take("m", "C1")


def test_a_method_is_not_called_more_often_in_any_minute_than_its_tier_allows() -> None:
    clock = Clock()
    rates = Rates(1, 1.0, {"chat.update": 3}, clock)
    for _ in range(3):
        rates.count("chat.update")
        clock.now += 10
    with pytest.raises(RateLimited) as refused:
        rates.count("chat.update")
    assert refused.value.retry_after_s == 30
    rates.count("users.info")
    clock.now += 30
    rates.count("chat.update")
