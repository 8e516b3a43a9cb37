"""A queue and a progress board for one job in one process: `aigc copy` and `aigc draw` need no Redis."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.domain.request import Kind
from engine.domain.result import Progress


@dataclass(slots=True)
class InProcessQueue:
    """The port JobQueue. What is queued is run by whoever calls `drain`; there is nobody to deliver to."""

    sleep: Callable[[float], None] = time.sleep
    _queued: list[tuple[str, Kind, float]] = field(default_factory=list)

    def generate(self, job_id: str, kind: Kind, delay_s: float = 0.0) -> None:
        self._queued.append((job_id, kind, delay_s))

    def deliver(self, job_id: str) -> None:
        """Nothing: the result stays in this process."""

    def waiting(self, kind: Kind) -> int:
        return sum(queued is kind for _, queued, _ in self._queued)

    def forgot(self) -> bool:
        return False

    def remember(self) -> None:
        """Nothing: it ends with its process."""

    def drain(self, run: Callable[[str], None]) -> None:
        """Run what is queued, and what that queues, each after its delay."""
        while self._queued:
            job_id, _, delay_s = self._queued.pop(0)
            self.sleep(delay_s)
            run(job_id)


@dataclass(frozen=True, slots=True)
class WatchedProgress:
    """The port ProgressBoard. Hands all progress to `show`, and keeps none."""

    show: Callable[[Progress], None]

    def put(self, job_id: str, progress: Progress) -> None:
        self.show(progress)

    def get(self, job_id: str) -> Progress | None:
        return None
