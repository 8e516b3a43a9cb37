"""Asks one check within its time limit, and tells an outage from an answer."""

from __future__ import annotations

import logging
import math
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from engine.domain.request import Kind
from engine.domain.safety import Stage
from engine.safety.breaker import Breaker
from engine.safety.deadline import Deadline
from engine.safety.evidence import Evidence, OutputCheck, TextCheck

log = logging.getLogger(__name__)


class ImageCheck(Protocol):
    """One way to judge an image. Called from many threads; may raise or hang."""

    name: str

    def judge(self, image: bytes) -> Sequence[Evidence]: ...


class OutsideCheck(Protocol):
    """A model that is called, be it on another's server. Called from many threads; may raise or hang."""

    name: str

    def judge(self, text: str, kind: Kind, stage: Stage) -> Sequence[Evidence]:
        """`text` has its personal data and secrets redacted already."""


__all__ = ["Answer", "ImageCheck", "Layer", "OutputCheck", "OutsideCheck", "TextCheck"]

Check = TypeVar("Check", TextCheck, OutputCheck, ImageCheck, OutsideCheck)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check found, or why it could not answer; and how long it took."""

    evidence: Sequence[Evidence] = ()
    outage: str = ""
    elapsed_s: float = 0.0


@dataclass(frozen=True)
class Layer(Generic[Check]):
    """A check with its time limit; `breaker` for those that may be out for longer."""

    check: Check
    timeout_s: float
    breaker: Breaker | None = None
    prompts_only: bool = False
    """It looks for what is wrong in a prompt, and in nothing that came out."""
    deadline: Deadline = field(default_factory=Deadline)

    @property
    def name(self) -> str:
        return self.check.name

    def ask(self, judge: Callable[[Check], Sequence[Evidence]], timeout_s: float | None = None) -> Answer:
        """Never raises. `timeout_s` in place of the layer's own limit."""
        if self.breaker is not None and not self.breaker.admits():
            return Answer(outage="paused after failures")
        started = time.monotonic()
        evidence, outage = self._try(lambda: judge(self.check), timeout_s or self.timeout_s)
        if self.breaker is not None:
            self.breaker.failed() if outage else self.breaker.succeeded()
        return Answer(evidence, outage, time.monotonic() - started)

    def _try(self, work: Callable[[], Sequence[Evidence]], timeout_s: float) -> tuple[Sequence[Evidence], str]:
        try:
            evidence = self.deadline.run(work, timeout_s)
        except TimeoutError as error:
            log.error("safety check %s did not answer in time: %s", self.name, error)
            return (), "time limit"
        except Exception as error:  # its message may quote the text: type and place are enough
            place = "".join(traceback.format_tb(error.__traceback__))
            log.error("safety check %s failed: %s\n%s", self.name, type(error).__name__, place)
            return (), type(error).__name__
        if all(math.isfinite(item.score) for item in evidence):
            return evidence, ""
        log.error("safety check %s gave a score that is no number", self.name)
        return (), "no number"
