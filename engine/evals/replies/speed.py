"""How long one search takes, the question's embedding included."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SIZES = (100, 10_000, 100_000)
"""Passages in the knowledge base."""
_WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Speed:
    """Of many searches, one at a time, among so many passages."""

    store: str
    """ "sqlite" or "postgresql"."""
    passages: int
    searches: int
    median_ms: float
    p95_ms: float
    read: int = 0
    """So many of the passages found were read together with the question."""


def timed(search: Callable[[str], object], questions: Sequence[str]) -> tuple[float, ...]:
    """Milliseconds that each question took, in order; a few before them warm the caches."""
    for question in questions[:_WARM_UP]:
        search(question)
    return tuple(_milliseconds(search, question) for question in questions)


def speed(store: str, passages: int, times_ms: Sequence[float], read: int = 0) -> Speed:
    """The middle one, and the one that 95 of 100 stay under; nearest rank."""
    ordered = sorted(times_ms)
    return Speed(store, passages, len(ordered), _rank(ordered, 0.5), _rank(ordered, 0.95), read)


def _rank(ordered: Sequence[float], share: float) -> float:
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def _milliseconds(search: Callable[[str], object], question: str) -> float:
    began = time.perf_counter()
    search(question)
    return (time.perf_counter() - began) * 1000
