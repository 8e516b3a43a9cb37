"""The figures of the safety evaluation: by subject, by language, and by what a column says."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.evals.safety.scoring import Scored, flagged, score
from engine.evals.safety.subjects import SUBJECTS
from engine.safety.measures import (
    AtThreshold,
    Labels,
    Scores,
    area_under_roc,
    at_decision,
    average_precision,
    interval,
    most_accurate,
    recall_at,
)

MIN_TEXTS = 20
"""A language with fewer texts in a file gets no figures of its own; they count in those of all."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one subject in one language of one file; nan where there is nothing to divide by."""

    subject: str
    language: str
    """One, or all of the file's joined by a comma."""
    texts: int
    """Those of which it is known whether it applies."""
    positives: int
    average_precision: float
    low: float
    """With `high`: 95 % of average_precision, by bootstrap."""
    high: float
    area_under_roc: float
    recall_at_1: float
    """The highest recall that a threshold could have with 1 % false positives here."""
    recall_at_5: float
    at: AtThreshold
    """At the thresholds of the policy, or at the one that was asked for."""
    most_accurate: float
    """The threshold that would be the most accurate here: fitted on these very texts, so for use on others only."""

    @property
    def prevalence(self) -> float:
        return self.positives / self.texts


@dataclass(frozen=True, slots=True)
class Speed:
    """Of one language of one file."""

    language: str
    texts: int
    chars: float
    """The median."""
    median_ms: float
    p95_ms: float
    cpu_ms: float
    """The median of what it kept this process busy, which other processes do not make longer."""
    unchecked: int
    """Texts that a check had no answer for, which are refused: they count as flagged."""
    stopped: float
    """Share of the texts that are refused or held, for whatever reason."""


@dataclass(frozen=True, slots=True)
class Group:
    """Texts with the same value in a column."""

    column: str
    value: str
    subject: str
    texts: int
    positives: int
    flagged: float
    """Share."""


def languages(answers: Sequence[Scored]) -> dict[str, list[Scored]]:
    """All, and each language with MIN_TEXTS or more where there is more than one such."""
    counts = Counter(answer.sample.language for answer in answers)
    groups = {", ".join(sorted(counts)): list(answers)}
    large = sorted(name for name, count in counts.items() if count >= MIN_TEXTS)
    for name in large if len(large) > 1 else ():
        groups[name] = [answer for answer in answers if answer.sample.language == name]
    return groups


def figures(answers: Sequence[Scored], threshold: float | None) -> Iterator[Figures]:
    """By language and subject, those that the labels know of."""
    for language, group in languages(answers).items():
        for subject in SUBJECTS:
            known = [answer for answer in group if subject in answer.sample.labels]
            if known:
                yield _figures(known, subject, language, threshold)


def _figures(known: Sequence[Scored], subject: str, language: str, threshold: float | None) -> Figures:
    labels: Labels = np.array([answer.sample.labels[subject] for answer in known])
    scores: Scores = np.array([score(answer.findings, subject) for answer in known])
    low, high = interval(labels, scores)
    return Figures(
        subject=subject,
        language=language,
        texts=len(known),
        positives=int(labels.sum()),
        average_precision=average_precision(labels, scores),
        low=low,
        high=high,
        area_under_roc=area_under_roc(labels, scores),
        recall_at_1=recall_at(labels, scores, 0.01),
        recall_at_5=recall_at(labels, scores, 0.05),
        at=at_decision(labels, np.array([_decided(answer, subject, threshold) for answer in known])),
        most_accurate=most_accurate(labels, scores),
    )


def speeds(answers: Sequence[Scored]) -> Iterator[Speed]:
    """By language."""
    for language, group in languages(answers).items():
        times_ms = [answer.elapsed_s * 1000 for answer in group]
        yield Speed(
            language=language,
            texts=len(group),
            chars=statistics.median(len(answer.sample.text) for answer in group),
            median_ms=statistics.median(times_ms),
            p95_ms=float(np.percentile(times_ms, 95)),
            cpu_ms=statistics.median(answer.cpu_s * 1000 for answer in group),
            unchecked=sum(answer.unchecked for answer in group),
            stopped=_share(answer.stopped for answer in group),
        )


def groups(answers: Sequence[Scored], columns: Sequence[str], threshold: float | None) -> Iterator[Group]:
    """By column and value, for each subject that the labels know of."""
    for column in columns:
        values = dict.fromkeys(answer.sample.groups.get(column) for answer in answers)
        for value in sorted(value for value in values if value is not None):
            inside = [answer for answer in answers if answer.sample.groups.get(column) == value]
            for subject in SUBJECTS:
                known = [answer for answer in inside if subject in answer.sample.labels]
                if known:
                    share = _share(_decided(answer, subject, threshold) for answer in known)
                    positives = sum(answer.sample.labels[subject] for answer in known)
                    yield Group(column, value, subject, len(known), positives, share)


def _decided(answer: Scored, subject: str, threshold: float | None) -> bool:
    if threshold is None:
        return flagged(answer.findings, subject)
    return score(answer.findings, subject) >= threshold


def _share(answers: Iterable[bool]) -> float:
    return float(np.mean(list(answers)))
