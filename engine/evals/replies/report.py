"""What the evaluation of replies found, and its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from engine.evals.replies.drafts import Drafted
from engine.evals.replies.figures import Figures, Outcome, figures, refusing
from engine.evals.replies.speed import Speed
from engine.evals.tables import Table

WITHIN, ACROSS = "within", "across"
RECALL_5 = {WITHIN: 0.95, ACROSS: 0.90}
"""The least share of questions that should have an answer among the first five passages."""
RECOGNISED, REFUSED = 14, 3
"""So many of 15 unanswerable questions should be recognised, and at most so many of 45 others refused."""
MOST_MS = 50.0
"""Longest that a search should take among 100,000 passages, at the median."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What one way to search made of all questions."""

    name: str
    outcomes: tuple[Outcome, ...]
    ours: bool = False
    """It is the product's own, which refuses by itself."""
    threshold: float = 0.0
    """Of a plain search: where it would best refuse, chosen on the questions to practise on."""

    def among(self, group: str) -> Figures:
        """Of the answerable questions within or across languages, or of those in one language."""
        return figures([each for each in self._refusing() if each.question.answers and _is_in(each, group)])

    def refusals(self) -> Figures:
        """Of all questions."""
        return figures(self._refusing())

    def _refusing(self) -> Sequence[Outcome]:
        return self.outcomes if self.ours else refusing(self.outcomes, self.threshold)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was measured."""

    searched: tuple[Searched, ...]
    speeds: tuple[Speed, ...] = ()
    drafts: tuple[Drafted, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """All figures, with what became of each question."""
        return {
            "command": "eval replies",
            "searches": [_search(each) for each in self.searched],
            "speeds": [asdict(each) for each in self.speeds],
            "drafts": [asdict(each) for each in self.drafts],
        }


def tables(report: Report) -> list[Table]:
    """What is found, what is refused, how long it takes, and what drafts rest on."""
    found = [_found(report.searched), _refused(report.searched)]
    times = [_speeds(report.speeds)] if report.speeds else []
    return [*found, *times, _drafts(report.drafts)] if report.drafts else [*found, *times]


def _is_in(outcome: Outcome, group: str) -> bool:
    question = outcome.question
    return group in (question.lang, ACROSS if question.across else WITHIN)


def _search(searched: Searched) -> dict[str, Any]:
    each = [
        {"id": o.question.id, "place": o.place, "score": round(o.score, 4), "refused": o.refused}
        for o in searched.outcomes
    ]
    groups = {group: asdict(searched.among(group)) for group in (WITHIN, ACROSS, "en", "zh")}
    whole = {"refusals": asdict(searched.refusals()), "threshold": searched.threshold}
    return {"name": searched.name, "found": groups, **whole, "questions": each}


def _found(searched: Sequence[Searched]) -> Table:
    header = (
        "`aigc eval replies`",
        "questions",
        "answerable",
        "recall at 1",
        "at 5",
        "to reach",
        "MRR",
        "at 5, not refused",
    )
    return Table(header, tuple(row for each in searched for row in _rows(each)))


def _rows(searched: Searched) -> Iterator[tuple[str, ...]]:
    names = {WITHIN: "within a language", ACROSS: "across languages", "en": "in English", "zh": "in Chinese"}
    for group, name in names.items():
        found = searched.among(group)
        shares = f"{found.recall_1:.1%}", f"{found.recall_5:.1%}"
        least = RECALL_5.get(group) if searched.ours else None
        reach = "" if least is None else _reach(f"{least:.0%}", found.recall_5 >= least)
        yield searched.name, name, str(found.answerable), *shares, reach, f"{found.mrr:.3f}", f"{found.answered_5:.1%}"


def _refused(searched: Sequence[Searched]) -> Table:
    header = ("refusing", "unanswerable recognised", "to reach", "answerable refused", "to reach")
    rows = []
    for each in searched:
        found = each.refusals()
        most, least = (
            _reach(str(REFUSED), found.refused <= REFUSED),
            _reach(str(RECOGNISED), found.recognised >= RECOGNISED),
        )
        counts = f"{found.recognised} of {found.unanswerable}", f"{found.refused} of {found.answerable}"
        rows.append((each.name, counts[0], least if each.ours else "", counts[1], most if each.ours else ""))
    return Table(header, tuple(rows))


def _speeds(speeds: Sequence[Speed]) -> Table:
    header = ("searching in", "passages", "median", "p95", "to reach")
    largest = max(each.passages for each in speeds)
    searching = [each for each in speeds if each.passages == largest and not each.read]
    rows = [
        (
            f"{each.store}, and reading the first {each.read}" if each.read else each.store,
            f"{each.passages:,}",
            f"{each.median_ms:.1f} ms",
            f"{each.p95_ms:.1f} ms",
            _reach(f"under {MOST_MS:.0f} ms", each.median_ms < MOST_MS) if each in searching else "",
        )
        for each in speeds
    ]
    return Table(header, tuple(rows))


def _drafts(drafts: Sequence[Drafted]) -> Table:
    header = ("drafts by", "drafts", "sentences that state something", "supported", "drafts put aside")
    rows = [
        (
            each.writer,
            str(each.drafts),
            str(each.stated),
            f"{each.supported} ({each.supported / max(1, each.stated):.0%})",
            str(each.aside),
        )
        for each in drafts
    ]
    return Table(header, tuple(rows))


def _reach(target: str, met: bool) -> str:
    return f"{target}: {'met' if met else 'missed'}"
