"""Shows a job to everybody who has a message about it: whoever asked, and reviewers where one is needed."""

from __future__ import annotations

from bot.deliver import Deliverer
from engine.ports import JobStore


class Audiences:
    """One Deliverer each. Safe to call from many threads and processes at once."""

    def __init__(self, store: JobStore, requester: Deliverer, reviewers: Deliverer) -> None:
        self._store = store
        self._requester = requester
        self._reviewers = reviewers

    def deliver(self, job_id: str) -> float | None:
        """As Deliverer.deliver; trouble with one audience does not keep the news from the other."""
        waits_s: list[float | None] = []
        try:
            waits_s.append(self._requester.deliver(job_id))
        finally:
            job = self._store.get(job_id)
            if job is not None and job.result is not None and job.result.hold is not None:
                waits_s.append(self._reviewers.deliver(job_id))
        return min((wait_s for wait_s in waits_s if wait_s is not None), default=None)
