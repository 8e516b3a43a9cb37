"""What every step knows of the job it works on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from engine.domain.job import Job
from engine.domain.result import Progress, Usage
from engine.domain.safety import Action, Verdict, Where
from engine.ports import Canceled

SHOW_EVERY_S = 0.25

_STRICTNESS = {action: place for place, action in enumerate(Action)}


class Refused(Exception):
    """A check said no; not an error but an outcome, whose reason is `verdict`."""

    def __init__(self, verdict: Verdict, *notices: str) -> None:
        super().__init__(verdict.action.value)
        self.verdict = verdict
        self.notices = notices


class NothingMade(Exception):
    """The model ended without a word or an image."""


@dataclass(slots=True)
class Board:
    """Shows progress, at most every SHOW_EVERY_S and only what is new."""

    show: Callable[[Progress], None]
    clock: Callable[[], float] = time.monotonic
    _shown: Progress | None = None
    _next: float = 0.0

    def due(self) -> bool:
        return self.clock() >= self._next

    def put(self, progress: Progress, *, now: bool = False) -> None:
        if progress == self._shown or not (now or self.due()):
            return
        self._shown = progress
        self._next = self.clock() + SHOW_EVERY_S
        self.show(progress)


@dataclass(slots=True)
class Meter:
    """What an attempt took so far; kept apart from its result, because what ends without one has its price too."""

    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt at a job: its line of versions with cleared prompts, and how to stop it, show it and count it."""

    lineage: tuple[Job, ...]
    canceled: Canceled
    board: Board
    meter: Meter
    notices: tuple[str, ...] = field(default=())
    asked: tuple[str, ...] = field(default=())
    """What people wrote for it, as they wrote it, whatever of that the lineage hides from the model."""

    @property
    def job(self) -> Job:
        return self.lineage[-1]

    @property
    def where(self) -> Where:
        origin = self.job.origin
        return Where(self.job.request.kind, origin.workspace, origin.channel)

    def with_lineage(self, lineage: tuple[Job, ...], *notices: str) -> Run:
        return replace(self, lineage=lineage, notices=(*self.notices, *notices))


def strictest(verdicts: Sequence[Verdict]) -> Verdict:
    """The one whose action goes furthest; the first of equals."""
    return max(verdicts, key=lambda verdict: _STRICTNESS[verdict.action])
