"""What goes from process to process: ids of jobs, and glimpses of how far they are."""

from __future__ import annotations

from typing import Protocol

from engine.domain.request import Kind
from engine.domain.result import Progress


class JobQueue(Protocol):
    """Carries ids, never content. Raises QueueUnavailable."""

    def generate(self, job_id: str, kind: Kind, delay_s: float = 0.0) -> None: ...

    def deliver(self, job_id: str) -> None: ...

    def waiting(self, kind: Kind) -> int:
        """How many ids wait to be generated; those a worker has taken do not count."""

    def forgot(self) -> bool:
        """Whether the broker lost everything since `remember` was last called."""

    def remember(self) -> None:
        """Leave the sign in the broker whose absence `forgot` notices."""


class ProgressBoard(Protocol):
    """The latest progress of running jobs; losing it loses nothing but a glimpse."""

    def put(self, job_id: str, progress: Progress) -> None: ...

    def get(self, job_id: str) -> Progress | None: ...
