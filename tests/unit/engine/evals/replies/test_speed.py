"""The median and the 95th of a hundred searches."""

from __future__ import annotations

import pytest

from engine.evals.replies.speed import Speed, speed, timed


@pytest.mark.parametrize(
    ("times_ms", "median_ms", "p95_ms"),
    [([7.0], 7.0, 7.0), ([1.0, 2.0, 3.0, 4.0], 2.0, 4.0), ([float(n) for n in range(100, 0, -1)], 50.0, 95.0)],
)
def test_nearest_rank(times_ms: list[float], median_ms: float, p95_ms: float) -> None:
    assert speed("sqlite", 100, times_ms) == Speed("sqlite", 100, len(times_ms), median_ms, p95_ms)


def test_every_question_is_timed_after_a_few_that_are_not() -> None:
    asked: list[str] = []
    times = timed(asked.append, ["a", "b", "c", "d", "e"])
    assert (len(times), asked) == (5, ["a", "b", "c", "a", "b", "c", "d", "e"])
