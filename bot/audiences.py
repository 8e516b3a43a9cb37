"""Shows a job to everybody who has a message about it: whoever asked, and reviewers where one is needed."""

from __future__ import annotations

from collections.abc import Callable

from bot.deliver import Deliverer
from engine.ports import JobStore


class Audiences:
    """One Deliverer each. Safe to call from many threads and processes at once."""

    def __init__(self, store: JobStore, requester: Deliverer, reviewers: Deliverer) -> None:
        self._store = store
        self._requester = requester
        self._reviewers = reviewers

    def deliver(self, job_id: str, come_back: Callable[[float], object]) -> None:
        """As Deliverer.deliver; trouble with one audience does not keep the news from the other.

        Each audience that is to be looked at again has `come_back` called with the seconds until then.
        """
        try:
            _deliver(self._requester, job_id, come_back)
        finally:
            job = self._store.get(job_id)
            if job is not None and job.result is not None and job.result.hold is not None:
                _deliver(self._reviewers, job_id, come_back)


def _deliver(deliverer: Deliverer, job_id: str, come_back: Callable[[float], object]) -> None:
    if (in_s := deliverer.deliver(job_id)) is not None:
        come_back(in_s)
