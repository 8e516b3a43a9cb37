"""Measures which personal data the filter finds in texts that say where it stands, and what it takes for some.

The files are JSON as github.com/microsoft/presidio-research has them: an array of objects with full_text and spans,
each with entity_type, start_position and end_position. A text without spans must stay as it is.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from engine.domain.request import Kind
from engine.errors import ConfigurationError
from engine.evals.tables import Table
from engine.safety.evidence import TextCheck
from engine.safety.normalise import Views
from engine.safety.presidio import PresidioCheck
from engine.safety.recognisers import RecogniserCheck

Show = Callable[[str, int, int], None]
Place = tuple[int, int]
Places = Callable[[Views], list[Place]]


class Gold(BaseModel):
    """One thing to be found, as [start, end) characters."""

    entity_type: str
    start_position: int
    end_position: int


class Sample(BaseModel):
    """A text of a file."""

    full_text: str
    spans: list[Gold]


@dataclass(frozen=True, slots=True)
class Found:
    """How much of one kind of data some checks found."""

    entity: str
    total: int
    touched: int
    """Found at least in part."""
    covered: int
    """Found to the last character, so that redacting leaves nothing of it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What one choice of checks did with a file."""

    checks: str
    entities: tuple[Found, ...]
    spans: int
    spurious: int
    """Spans that touch nothing which should be found."""
    cpu_ms: float
    """Processor time per text, on the mean."""


@dataclass(frozen=True, slots=True)
class FileReport:
    name: str
    texts: int
    checked: tuple[Checked, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class _PresidioAlone:
    """With what the own recognisers find too, which `PresidioCheck.judge` leaves to them."""

    def __init__(self, check: PresidioCheck) -> None:
        self._check = check

    def places(self, views: Views) -> list[Place]:
        return [views.raw_span(start, end) for _, _, start, end in self._check.find(views.clean)]


class _Checks:
    """As the filter asks them."""

    def __init__(self, *checks: TextCheck) -> None:
        self._checks = checks

    def places(self, views: Views) -> list[Place]:
        found = (evidence.span for check in self._checks for evidence in check.judge(views, Kind.COPY))
        return [(span.start, span.end) for span in found if span]


def run(paths: Sequence[Path], show: Show) -> list[FileReport]:
    """One report per file. Raises ConfigurationError for a file that has another form; names no text in it."""
    presidio, own = PresidioCheck(), RecogniserCheck()
    presidio.find("a@b.de")  # which loads it
    choices: dict[str, Places] = {
        "presidio": _PresidioAlone(presidio).places,
        "own": _Checks(own).places,
        "both": _Checks(own, presidio).places,
    }
    reports = []
    for path in paths:
        samples = read(path)
        checked = []
        for number, (name, places) in enumerate(choices.items()):
            show(f"{path.name}, {name}", number, len(choices))
            checked.append(_checked(name, places, samples))
        show(path.name, len(choices), len(choices))
        reports.append(FileReport(path.name, len(samples), tuple(checked)))
    return reports


def read(path: Path) -> list[Sample]:
    """Raises ConfigurationError for a file that is none of these."""
    try:
        return TypeAdapter(list[Sample]).validate_python(json.loads(path.read_text(encoding="utf-8")))
    except (ValidationError, ValueError) as error:
        what = f"{error.error_count()} mistakes" if isinstance(error, ValidationError) else "no JSON"
        raise ConfigurationError(f"{path.name} is not in the format of presidio-research: {what}") from error


def _checked(name: str, places: Places, samples: Sequence[Sample]) -> Checked:
    started = time.process_time()
    found = [places(Views(sample.full_text)) for sample in samples]
    cpu_ms = (time.process_time() - started) / max(1, len(samples)) * 1000
    total, touched, covered = Counter[str](), Counter[str](), Counter[str]()
    for sample, spans in zip(samples, found, strict=True):
        for gold in sample.spans:
            total[gold.entity_type] += 1
            touched[gold.entity_type] += any(_touches(span, gold) for span in spans)
            covered[gold.entity_type] += _covers(spans, gold)
    entities = tuple(Found(entity, n, touched[entity], covered[entity]) for entity, n in total.most_common())
    spurious = sum(
        not any(_touches(span, gold) for gold in sample.spans)
        for sample, spans in zip(samples, found, strict=True)
        for span in spans
    )
    return Checked(name, entities, sum(map(len, found)), spurious, cpu_ms)


def _touches(span: Place, gold: Gold) -> bool:
    return span[0] < gold.end_position and gold.start_position < span[1]


def _covers(spans: Sequence[Place], gold: Gold) -> bool:
    hidden = {place for start, end in spans for place in range(start, end)}
    return hidden.issuperset(range(gold.start_position, gold.end_position))


def tables(reports: Sequence[FileReport]) -> list[Table]:
    """What is found of each kind of data, and at what price."""
    return [_recall(reports), _price(reports)]


def _recall(reports: Sequence[FileReport]) -> Table:
    header = ("`aigc eval personal-data`", "entity", "spans", "presidio", "own", "both", "both, to the last character")
    rows = [
        (report.name, per_check[-1].entity, str(per_check[-1].total), *_shares(per_check))
        for report in reports
        for per_check in zip(*(checked.entities for checked in report.checked), strict=True)
    ]
    return Table(header, tuple(rows))


def _shares(per_check: Sequence[Found]) -> tuple[str, ...]:
    whole = per_check[-1]
    return (*(f"{found.touched / found.total:.0%}" for found in per_check), f"{whole.covered / whole.total:.0%}")


def _price(reports: Sequence[FileReport]) -> Table:
    header = ("what it takes", "checks", "found", "precision", "spurious per 100 texts", "ms per text")
    rows = [(report.name, *_cells(checked, report.texts)) for report in reports for checked in report.checked]
    return Table(header, tuple(rows))


def _cells(checked: Checked, texts: int) -> tuple[str, ...]:
    precision = f"{1 - checked.spurious / checked.spans:.1%}" if checked.spans else "-"
    per_100 = f"{100 * checked.spurious / max(1, texts):.1f}"
    return checked.checks, str(checked.spans), precision, per_100, f"{checked.cpu_ms:.2f}"
