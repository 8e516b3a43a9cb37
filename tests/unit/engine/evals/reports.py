"""A small report to look at."""

from __future__ import annotations

from engine.evals.cost import Cost
from engine.evals.report import CEILING, FLOOR, Hit, Report

COSTS = tuple(Cost(steps, steps / 10, 500.4) for steps in (4, 8))


def hit(group: str, *places: int) -> Hit:
    return Hit(group, "cat", "a cat", 0, places)


def report(trained: tuple[int, ...], unseen: tuple[int, ...] = (1,), difference: int = 0) -> Report:
    """Beside a ceiling of 4 in 5."""
    hits = (
        hit("trained, English", *trained),
        hit("unseen, Chinese", *unseen),
        hit(CEILING, 1, 1, 1, 1, 3),
        hit(FLOOR, 200, 5, 6, 90),
    )
    return Report("embedded", hits, COSTS, {4: 0.5, 8: 0.75}, difference)
