"""Whether a run must stop, and whether its model is still alive."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from engine.domain.job import DRAINING
from engine.errors import Interrupted

E = TypeVar("E")

Clock = Callable[[], float]


class Stop(StrEnum):
    """Why a run must stop."""

    CANCELED = "canceled"
    DRAINING = DRAINING
    TIMED_OUT = "timed_out"
    HUNG = "hung"
    """Its model gives no sign of life any more."""
    LOST = "lost"
    """Its lease went to another: whatever came of this run would be dropped."""


@dataclass(slots=True)
class Silence:
    """How long the jobs of one model together have waited for a sign of life from it.

    Time in which nobody waits does not count; what was waited before the last job gave up does.
    """

    clock: Clock = time.monotonic
    waiting: int = 0
    _since: float = 0.0
    _before_s: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def lasts_s(self) -> float:
        with self._lock:
            return self._before_s + (self.clock() - self._since if self.waiting else 0.0)

    def begin(self) -> None:
        """Somebody waits."""
        with self._lock:
            if not self.waiting:
                self._since = self.clock()
            self.waiting += 1

    def end(self, *, heard: bool) -> None:
        """Somebody waits no more; if they heard something, that ends the silence for all."""
        with self._lock:
            self.waiting -= 1
            now = self.clock()
            self._before_s = 0.0 if heard else self._before_s + (0.0 if self.waiting else now - self._since)
            if heard:
                self._since = now


def followed(generate: Callable[[], Iterator[E]], silence: Silence) -> Iterator[E]:
    """The events of a model that starts when it is called; the time until each is a silence of the model."""
    events: Iterator[E] | None = None
    while True:
        silence.begin()
        heard = True
        try:
            events = generate() if events is None else events
            event = next(events)
        except StopIteration:
            return
        except Interrupted:
            heard = False
            raise
        finally:
            silence.end(heard=heard)
        yield event


@dataclass(slots=True)
class Watch:
    """Called between tokens and steps: must this run stop? It stays stopped."""

    deadline: float
    clock: Clock
    grace_s: float
    reason: Stop | None = None
    silence: Silence | None = None
    """Of the model that it uses; None before it does, and for a model that has time-outs of its own."""

    def __call__(self) -> bool:
        if self.reason is None and self.clock() > self.deadline:
            self.reason = Stop.TIMED_OUT
        return self.reason is not None

    @property
    def overdue(self) -> bool:
        """Nobody asks any more whether to stop: the run will not come to an end of its own."""
        return self.clock() > self.deadline + self.grace_s

    def stop(self, reason: Stop) -> None:
        self.reason = self.reason or reason
