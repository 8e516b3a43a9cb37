"""Asks the filter about each text: what its findings come to for a subject, what it decides, how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from engine.domain.request import Kind
from engine.domain.safety import Action, Category, Finding, Where
from engine.evals.safety.samples import Sample
from engine.evals.safety.subjects import ANY, MODERATION, covered
from engine.safety.filter import LayeredFilter, Report
from engine.safety.policy_file import OutsideLayer

Judge = Callable[[str], Sequence[Report]]
"""What every layer says of a text, even after one refused."""
Show = Callable[[str, int, int], None]
"""Told what is being scored, how many of its texts are done, and of how many."""

WARM_UP = "Good morning! 早上好！"


@dataclass(frozen=True, slots=True)
class Scored:
    """A sample and the answer of some of the filter's layers."""

    sample: Sample
    findings: Sequence[Finding]
    """All of them, whether they count or not."""
    elapsed_s: float
    """The layers one after the other; the filter itself stops at the first that refuses."""
    cpu_s: float
    """That all layers together, those outside too, kept this process busy: on a busy machine, a better measure."""

    @property
    def unchecked(self) -> bool:
        return any(finding.category is Category.UNCHECKED for finding in self.findings)

    @property
    def stopped(self) -> bool:
        """Whether the prompt is refused or held, for any reason; a redacted one goes on."""
        return any(finding.action in (Action.REVIEW, Action.REFUSE) for finding in self.findings)


def judge(safety: LayeredFilter) -> Judge:
    """The filter as it judges the prompt of a text to be written, in no particular channel."""
    return lambda text: tuple(safety.report_text(text, Where(Kind.COPY)))


def scored(name: str, samples: Sequence[Sample], ask: Judge, show: Show) -> Mapping[str, list[Scored]]:
    """By the names of the layers that count ("local", "local + guard"), all samples; asked one after the other.

    A text that loads the models goes before them.
    """
    ask(WARM_UP)
    answers: list[tuple[Sequence[Report], float]] = []
    show(name, 0, len(samples))
    for number, sample in enumerate(samples, 1):
        started = time.process_time()
        reports = ask(sample.text)
        answers.append((reports, time.process_time() - started))
        show(name, number, len(samples))
    used = dict.fromkeys(report.layer for reports, _ in answers for report in reports if report.layer in _OUTSIDE)
    return {
        " + ".join(["local", *added]): [
            _of_layers(sample, [each for each in reports if each.layer in added or each.layer not in _OUTSIDE], cpu_s)
            for sample, (reports, cpu_s) in zip(samples, answers, strict=True)
        ]
        for added in _choices(tuple(used))
    }


_OUTSIDE = frozenset(get_args(OutsideLayer))


def _choices(outside: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The local layers alone, with each of those outside, and with all."""
    yield ()
    for name in outside:
        yield (name,)
    if len(outside) > 1:
        yield outside


def _of_layers(sample: Sample, reports: Sequence[Report], cpu_s: float) -> Scored:
    findings = [judged.finding for report in reports for judged in report.judged]
    outages = [finding for report in reports for finding in report.outages]
    return Scored(sample, (*findings, *outages), sum(report.elapsed_s for report in reports), cpu_s)


def any_score(findings: Sequence[Finding]) -> float:
    """One number in [0, 1] for "any": the highest probability of any moderation category; a rule's is its own score.

    The classifier's probabilities are calibrated, and therefore stand on one scale.
    """
    return _highest(findings, MODERATION)


def score(findings: Sequence[Finding], subject: str) -> float:
    """The number that ranks texts by the subject; 1 for a text that is refused because it could not be checked."""
    if any(finding.category is Category.UNCHECKED and finding.action is not Action.ALLOW for finding in findings):
        return 1.0
    return any_score(findings) if subject == ANY else _highest(findings, covered(subject))


def flagged(findings: Sequence[Finding], subject: str) -> bool:
    """Whether the policy does something because of the subject, at its own thresholds."""
    counting = covered(subject) | {Category.UNCHECKED}
    return any(finding.category in counting and finding.action is not Action.ALLOW for finding in findings)


def _highest(findings: Sequence[Finding], categories: frozenset[Category]) -> float:
    return max((finding.score for finding in findings if finding.category in categories), default=0.0)
