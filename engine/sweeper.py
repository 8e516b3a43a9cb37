"""Finds what is overdue: jobs that no worker took, jobs of dead workers, outcomes that nobody was shown, reviews."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from engine.domain.request import Kind
from engine.errors import TransientError
from engine.ports import JobQueue, JobStore

log = logging.getLogger(__name__)

PATIENCE = 20
"""How many times longer a job may wait while the queue still has others before it."""


def sweep(store: JobStore, queue: JobQueue, now: float, older_than_s: float) -> int:
    """Queue again what is lost; how many. Harmless when several do it. Raises StoreUnavailable, QueueUnavailable.

    A job that waits is lost if the queue is empty. If it is not, the job most likely has its message in there, and
    another one would only make the queue longer; after a long time it gets one all the same.
    """
    found = 0
    for kind in Kind:
        patience_s = older_than_s * (1 if queue.waiting(kind) == 0 else PATIENCE)
        for job in store.lost(kind, now - patience_s):
            queue.generate(job.id, kind)
            queue.deliver(job.id)
            found += 1
    for job_id in store.undelivered(now - older_than_s):
        queue.deliver(job_id)
        found += 1
    return found


def expire(store: JobStore, queue: JobQueue) -> int:
    """End the reviews whose time is up; how many. Raises StoreUnavailable, QueueUnavailable."""
    expired = store.expire_reviews()
    for job_id in expired:
        queue.deliver(job_id)
    return len(expired)


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Sweeps again and again. Give it a thread of its own."""

    store: JobStore
    queue: JobQueue
    every_s: float
    older_than_s: float = 30.0

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; trouble is logged, and the next round tries again."""
        while not stop.wait(self.every_s):
            try:
                self._round(time.time())
            except TransientError as error:
                log.warning("no sweeping: %s", error)
            except Exception:
                log.exception("no sweeping")

    def _round(self, now: float) -> None:
        if found := sweep(self.store, self.queue, now, self.older_than_s):
            log.warning("%d jobs or outcomes were lost on their way, and are queued again", found)
        if expired := expire(self.store, self.queue):
            log.warning("%d results were refused, because no reviewer decided in time", expired)
