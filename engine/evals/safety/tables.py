"""The safety evaluation's tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from engine.evals.safety.figures import Figures, Group, Speed
from engine.evals.safety.report import FileReport, Report
from engine.evals.tables import Table

Cells = tuple[str, ...]


def tables(report: Report) -> list[Table]:
    """How scores rank, what the thresholds do, what it costs, and what is flagged by the values of a column."""
    decided = f"flagged by {report.policy}" if report.threshold is None else f"flagged from {report.threshold:g} on"
    ranked = ("`aigc eval safety`", "category", "language", "texts", "unsafe", "AUPRC", "95 %", "AUROC")
    costs = ("all texts", "language", "texts", "characters", f"ms, {report.threads}", "p95", "CPU ms", "unchecked")
    found = [
        _table(report, (*ranked, "recall, FPR 1 %", "recall, FPR 5 %"), _ranked),
        _table(report, (decided, "category", "language", "precision", "recall", "FPR", "F1", "accuracy"), _decided),
        _table(report, (*costs, "refused or held", "rows left out"), _costs),
        _table(report, (decided, "column", "value", "category", "texts", "unsafe", "flagged"), _by_value),
    ]
    return [table for table in found if table.rows]


def _table(report: Report, header: Cells, cells: Callable[[FileReport], Iterable[Cells]]) -> Table:
    return Table(header, tuple((_name(file, report), *row) for file in report.files for row in cells(file)))


def _name(file: FileReport, report: Report) -> str:
    """With what was done to it; the layers only where there is a choice."""
    several = len({file.layers for file in report.files}) > 1
    return ", ".join([file.name, *filter(None, [file.choice]), *([file.layers] if several else [])])


def _ranked(file: FileReport) -> Iterable[Cells]:
    for found in file.figures:
        yield (
            *_about(found),
            str(found.texts),
            f"{found.prevalence:.1%}",
            _number(found.average_precision),
            "" if math.isnan(found.low) else f"{_number(found.low)}-{_number(found.high)}",
            _number(found.area_under_roc),
            _percent(found.recall_at_1),
            _percent(found.recall_at_5),
        )


def _decided(file: FileReport) -> Iterable[Cells]:
    for found in file.figures:
        at = found.at
        shares = (at.precision, at.recall, at.false_positive_rate)
        yield *_about(found), *map(_percent, shares), _number(at.f1), _percent(at.accuracy)


def _about(found: Figures) -> Cells:
    return found.subject, found.language


def _costs(file: FileReport) -> Iterable[Cells]:
    for number, speed in enumerate(file.speeds):
        yield *_cost(speed), "" if number else str(len(file.problems))


def _cost(speed: Speed) -> Cells:
    times = (speed.median_ms, speed.p95_ms, speed.cpu_ms)
    numbers = (speed.texts, round(speed.chars), *map(round, times), speed.unchecked)
    return speed.language, *map(str, numbers), _percent(speed.stopped)


def _by_value(file: FileReport) -> Iterable[Cells]:
    return map(_group, file.groups)


def _group(group: Group) -> Cells:
    unsafe = _percent(group.positives / group.texts)
    return group.column, group.value, group.subject, str(group.texts), unsafe, _percent(group.flagged)


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.3f}"


def _percent(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.1%}"
