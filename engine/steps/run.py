"""What every step knows of the job it works on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from engine.domain.job import Job
from engine.domain.result import Progress, Result, Usage
from engine.domain.review import may_be_held
from engine.domain.safety import Action, Verdict, Where
from engine.domain.work import Drafting, Looking
from engine.ports import Canceled
from engine.steps.watch import Silence

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


class GiveWay(Exception):
    """A part is made and stored; the rest is made when the job's turn comes again, after `delay_s` at the earliest."""

    def __init__(self, delay_s: float = 0.0) -> None:
        super().__init__("more is to be made")
        self.delay_s = delay_s


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

    def add(self, part: Usage) -> None:
        """Count a part of the work in; the model's name stays."""
        costs = [usage.cost_usd for usage in (self.usage, part) if usage.cost_usd is not None]
        self.usage = replace(
            self.usage,
            prompt_tokens=self.usage.prompt_tokens + part.prompt_tokens,
            completion_tokens=self.usage.completion_tokens + part.completion_tokens,
            cost_usd=sum(costs) if costs else None,
        )


@dataclass(slots=True)
class Ledger:
    """What checks said so far that was no plain yes, kept apart from the result as what it took is."""

    judged: list[tuple[Verdict, str]] = field(default_factory=list)
    """Each with the text it is about, without what it hides."""
    held: list[Verdict] = field(default_factory=list)
    """What a reviewer must decide on before anybody sees the result."""
    left: Callable[[], Result] | None = None
    """What there is of a result where its requester stops it before its end."""


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
    reviewed: bool = False
    """Somebody decides on what the policy holds; else it is refused."""
    ledger: Ledger = field(default_factory=Ledger)
    outside: bool = False
    """Its model is another's: what it is told leaves the company."""
    silence: Silence = field(default_factory=Silence)
    """Of its model."""
    typed: tuple[Job, ...] = field(default=())
    """The lineage as people wrote it; for shielding.py alone, which has its own way of hiding things."""

    @property
    def job(self) -> Job:
        return self.lineage[-1]

    @property
    def told(self) -> tuple[Job, ...]:
        """The lineage that the model's task is made of."""
        return self.typed if self.outside else self.lineage

    @property
    def where(self) -> Where:
        """Whose policy holds: a draft's is that of the channel that it is for, wherever its agent works on it.

        So is that of a look into the knowledge base from a channel.
        """
        request, origin = self.job.request, self.job.origin
        channel = request.work.channel if isinstance(request.work, Drafting | Looking) else ""
        channel = channel or origin.channel
        return Where(request.kind, origin.workspace, channel, self.on_appeal)

    @property
    def on_appeal(self) -> bool:
        return bool(self.job.request.appeal_of)

    @property
    def hidden(self) -> bool:
        """Nothing of this result is shown before a reviewer has decided."""
        return self.on_appeal or bool(self.ledger.held)

    def may_hold(self, verdict: Verdict) -> bool:
        return self.reviewed and may_be_held(verdict)

    def admit(self, verdict: Verdict, text: str = "") -> bool:
        """Whether to go on, be it towards a reviewer; noted if it is no plain yes. `text` is what was judged."""
        if verdict.action is not Action.ALLOW:
            self.ledger.judged.append((verdict, text if verdict.text is None else verdict.text))
        if self.may_hold(verdict):
            self.ledger.held.append(verdict)
            return True
        return verdict.allowed

    def with_lineage(self, lineage: tuple[Job, ...], *notices: str) -> Run:
        return replace(self, lineage=lineage, notices=(*self.notices, *notices))


def strictest(verdicts: Sequence[Verdict]) -> Verdict:
    """The one whose action goes furthest; the first of equals."""
    return max(verdicts, key=lambda verdict: _STRICTNESS[verdict.action])
