"""The drawing evaluation's tables, and how tables look in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.evals.report import Report

ROUNDING = 2
"""Pixels may differ by so much, of 255, and the pictures are the same: batches round otherwise."""


@dataclass(frozen=True, slots=True)
class Table:
    """Text in rows under a header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(report: Report) -> list[Table]:
    """What is drawn, what it costs, and whether a seed is enough to draw it again."""
    return [_quality(report), _costs(report), _repeats(report)]


def markdown(shown: Sequence[Table]) -> Iterator[str]:
    """Lines of Markdown."""
    for number, table in enumerate(shown):
        if number:
            yield ""
        yield _line(table.header)
        yield "|---" * len(table.header) + "|"
        yield from map(_line, table.rows)


def _line(cells: Sequence[str]) -> str:
    """A pipe in a cell would end it."""
    escaped = [cell.replace("|", r"\|") for cell in cells]
    return f"| {' | '.join(escaped)} |"


def _quality(report: Report) -> Table:
    header = ("`aigc eval draw`", "pictures", "top-1", "of the ceiling", "to reach", "top-5", "of the ceiling")
    return Table(header, tuple(_row(score) for score in report.scores()))


def _row(score: dict[str, Any]) -> tuple[str, ...]:
    target = score["target"]
    reach = "" if target is None else f"{target:.0%}: {'met' if score['met'] else 'missed'}"
    shares = [f"{score[name]:.1%}" for name in ("top1", "top1_of_ceiling", "top5", "top5_of_ceiling")]
    return score["group"], str(score["pictures"]), *shares[:2], reach, *shares[2:]


def _costs(report: Report) -> Table:
    header = ("steps", "one picture of 256 px", "peak memory", "top-1, part of trained, English")
    rows = [
        (str(cost.steps), f"{cost.seconds:.2f} s", f"{cost.peak_mb:.0f} MB", f"{report.by_steps[cost.steps]:.1%}")
        for cost in report.costs
    ]
    return Table(header, tuple(rows))


def _repeats(report: Report) -> Table:
    header = ("same seed and prompt, batched or alone", "same picture", "largest difference of a pixel")
    verdict = "yes" if report.difference <= ROUNDING else "no"
    return Table(header, (("8 prompts", verdict, f"{report.difference} of 255"),))
