"""The safety filter: asks each check in turn, lets the policy decide, and closes when a check fails."""

from __future__ import annotations

import logging
import math
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from engine.domain.request import Kind
from engine.domain.safety import Action, Category, Finding, Stage, Verdict, Where
from engine.ports import StreamCheck
from engine.safety.deadline import Deadline
from engine.safety.evidence import Evidence, Span, TextCheck, redacted
from engine.safety.minors import with_minors
from engine.safety.normalise import Views
from engine.safety.policy import Policy
from engine.safety.stream import SentenceStream

log = logging.getLogger(__name__)

_ORDER = (Action.ALLOW, Action.REDACT, Action.REVIEW, Action.REFUSE)


class ImageCheck(Protocol):
    """One way to judge an image. Called from many threads; may raise or hang: the filter then closes."""

    name: str

    def judge(self, image: bytes) -> Sequence[Evidence]: ...


@dataclass(frozen=True)
class Layer:
    """A check of text with its time limit."""

    check: TextCheck
    timeout_s: float
    deadline: Deadline = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "deadline", Deadline(self.timeout_s))


@dataclass(frozen=True)
class ImageLayer:
    """A check of images with its time limit."""

    check: ImageCheck
    timeout_s: float
    deadline: Deadline = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "deadline", Deadline(self.timeout_s))


@dataclass(frozen=True, slots=True)
class Judged:
    """Evidence with what the policy makes of it."""

    finding: Finding
    span: Span | None = None


class LayeredFilter:
    """A SafetyFilter; `layers` stand cheapest first, and the first that refuses ends the questioning."""

    def __init__(self, policy: Policy, layers: Sequence[Layer], images: ImageLayer) -> None:
        self._policy = policy
        self._layers = tuple(layers)
        self._images = images

    def check_prompt(self, text: str, where: Where) -> Verdict:
        return self._check(text, Stage.PROMPT, where)

    def check_text(self, text: str, where: Where) -> Verdict:
        return self._check(text, Stage.OUTPUT, where)

    def check_image(self, image: bytes, where: Where, stage: Stage = Stage.OUTPUT) -> Verdict:
        check = self._images.check
        found = self._ask(check.name, self._images.deadline, lambda: check.judge(image))
        return self._verdict([self._judge(check.name, item, where, image=True) for item in found], stage, "")

    def stream(self, where: Where) -> StreamCheck:
        return SentenceStream(lambda text: self.check_text(text, where))

    def explain(self, text: str, where: Where) -> tuple[Finding, ...]:
        """Every score of every check, with what the policy would do, those that count most first."""
        findings = [judged.finding for found in self._ask_all(text, where) for judged in found]
        return tuple(sorted(findings, key=lambda finding: (-_ORDER.index(finding.action), -finding.score)))

    def _check(self, text: str, stage: Stage, where: Where) -> Verdict:
        judged: list[Judged] = []
        for found in self._ask_all(text, where):
            judged += found
            if any(item.finding.action is Action.REFUSE for item in found):
                break
        return self._verdict(judged, stage, text)

    def _ask_all(self, text: str, where: Where) -> Iterator[list[Judged]]:
        views = Views(text)
        for layer in self._layers if text.strip() else ():
            found = self._ask(layer.check.name, layer.deadline, partial(_judge_text, layer.check, views, where.kind))
            yield [self._judge(layer.check.name, item, where) for item in found]

    def _ask(self, name: str, deadline: Deadline, work: Callable[[], Sequence[Evidence]]) -> Sequence[Evidence]:
        """The evidence, or that there is none to be had."""
        try:
            return deadline.run(work)
        except TimeoutError as error:
            log.error("safety check %s did not answer in time: %s", name, error)
            return [Evidence(Category.UNCHECKED, 1.0, "time limit")]
        except Exception as error:  # its message may quote the text: type and place are enough
            place = "".join(traceback.format_tb(error.__traceback__))
            log.error("safety check %s failed: %s\n%s", name, type(error).__name__, place)
            return [Evidence(Category.UNCHECKED, 1.0, type(error).__name__)]

    def _judge(self, name: str, evidence: Evidence, where: Where, *, image: bool = False) -> Judged:
        if not math.isfinite(evidence.score):
            evidence = Evidence(Category.UNCHECKED, 1.0, "no number")
        action = self._policy.decide(evidence.category, where, image=image).on(evidence.score)
        if action is Action.REDACT and evidence.span is None:
            action = Action.REFUSE  # it must not be seen, and nobody knows where it stands
        return Judged(Finding(evidence.category, evidence.score, action, name, evidence.detail), evidence.span)

    def _verdict(self, judged: Sequence[Judged], stage: Stage, text: str) -> Verdict:
        counting = [item for item in judged if item.finding.action is not Action.ALLOW]
        action = max((item.finding.action for item in counting), key=_ORDER.index, default=Action.ALLOW)
        spans = [item.span for item in counting if item.span and item.finding.action is Action.REDACT]
        return Verdict(
            action=action,
            stage=stage,
            policy=self._policy.label,
            findings=tuple(dict.fromkeys(item.finding for item in counting)),
            text=redacted(text, spans) if action is Action.REDACT else None,
        )


def _judge_text(check: TextCheck, views: Views, kind: Kind) -> list[Evidence]:
    return with_minors(check.judge(views, kind), views)
