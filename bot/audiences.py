"""Shows a job to everybody who has a message about it: whoever asked, reviewers, an agent who sends a reply."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from bot.deliver import Deliverer
from engine.domain.work import Sending
from engine.ports import JobStore


class Audiences:
    """One Deliverer each. Safe to call from many threads and processes at once."""

    def __init__(self, store: JobStore, requester: Deliverer, reviewers: Deliverer, sender: Deliverer) -> None:
        self._store = store
        self._requester = requester
        self._reviewers = reviewers
        self._sender = sender

    def deliver(self, job_id: str, come_back: Callable[[float], object]) -> None:
        """As Deliverer.deliver; trouble with one audience does not keep the news from the other.

        Each audience that is to be looked at again has `come_back` called with the seconds until then.
        """
        with ExitStack() as turns:  # the last comes first: a reply's sender hears whether it is there once it may be
            turns.callback(self._review, job_id, come_back)
            job = self._store.get(job_id)
            if job is not None and isinstance(job.request.work, Sending):
                turns.callback(_deliver, self._sender, job_id, come_back)
            turns.callback(_deliver, self._requester, job_id, come_back)

    def _review(self, job_id: str, come_back: Callable[[float], object]) -> None:
        job = self._store.get(job_id)
        if job is not None and job.result is not None and job.result.hold is not None:
            _deliver(self._reviewers, job_id, come_back)


def _deliver(deliverer: Deliverer, job_id: str, come_back: Callable[[float], object]) -> None:
    if (in_s := deliverer.deliver(job_id)) is not None:
        come_back(in_s)
