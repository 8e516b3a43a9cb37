"""Finds what is overdue: jobs that no worker took, jobs of dead workers, outcomes that nobody was shown, reviews."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from engine.domain.job import Job, State
from engine.domain.request import Kind
from engine.errors import TransientError
from engine.ports import JobQueue, JobStore
from engine.timing import Timing

log = logging.getLogger(__name__)

_NOW_S = 1.0
"""What is due so soon is sent at once: the broker holds back only what it is told to, at a price."""


def sweep(store: JobStore, queue: JobQueue, now: float, timing: Timing) -> int:
    """Queue again what is lost; how many. Harmless when several do it. Raises StoreUnavailable, QueueUnavailable.

    The broker forgot everything (it was flushed, or came back empty): all that waits is queued by the next round,
    `sweep_every_s` later, outcomes that nobody saw too. It lost some messages, or never got them: as many jobs as are
    due beyond what the queue holds are queued again, the oldest first, `requeue_after_s` after they were last. Any
    message starts whatever job has its turn, so the number is all that counts, and more would only make the queue
    longer. `requeue_at_latest_s` after it was last, a job is queued again whatever the queue holds. An outcome is
    queued again `requeue_after_s` after it was last, whatever was lost, and ever later only after deliveries that
    failed. What the broker does not take is due again in the next round.
    """
    forgot = queue.forgot()
    found = 0
    for kind in Kind:
        for jobs in _some_lost(store, kind, now if forgot else now - timing.requeue_at_latest_s):
            found += _send_jobs(store, queue, jobs, now)
        surplus = store.due(kind) - queue.waiting(kind)
        for jobs in _some_lost(store, kind, now - timing.requeue_after_s, surplus):
            found += _send_jobs(store, queue, jobs, now)
    for ids in _some_undelivered(store, now if forgot else now - timing.requeue_after_s, forgot):
        found += _send_all(store, {job_id: partial(queue.deliver, job_id) for job_id in ids})
    if forgot:
        queue.remember()
    return found


def _some_lost(store: JobStore, kind: Kind, older_than: float, most: float = math.inf) -> Iterator[list[Job]]:
    """The store gives some at a time, each once; if its clock is another's, this still ends."""
    seen: set[str] = set()
    while len(seen) < most:
        fresh = [job for job in store.lost(kind, older_than, most - len(seen)) if job.id not in seen]
        if not fresh:
            return
        yield fresh
        seen |= {job.id for job in fresh}


def _some_undelivered(store: JobStore, older_than: float, forgot: bool) -> Iterator[list[str]]:
    """As `_some_lost`."""
    seen: set[str] = set()
    while fresh := [name for name in store.undelivered(older_than, held_back_too=forgot) if name not in seen]:
        yield fresh
        seen |= set(fresh)


def _send_all(store: JobStore, sends: Mapping[str, Callable[[], None]]) -> int:
    """The store counts these ids as queued already: from the first that fails on they do not."""
    ids = list(sends)
    for number, send in enumerate(sends.values()):
        try:
            send()
        except Exception:
            store.unsent(ids[number:])
            raise
    return len(ids)


def _send_jobs(store: JobStore, queue: JobQueue, jobs: Sequence[Job], now: float) -> int:
    return _send_all(store, {job.id: partial(_send, queue, job, now) for job in jobs})


def _send(queue: JobQueue, job: Job, now: float) -> None:
    if job.state is State.ACCEPTED:
        delay_s = job.queued_at - now
        queue.generate(job.id, job.request.kind, delay_s if delay_s > _NOW_S else 0.0)
    queue.deliver(job.id)


def expire(store: JobStore, queue: JobQueue) -> int:
    """End the reviews whose time is up; how many. Raises StoreUnavailable, QueueUnavailable."""
    expired = store.expire_reviews()
    return _send_all(store, {job_id: partial(queue.deliver, job_id) for job_id in expired})


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Sweeps again and again. Give it a thread of its own."""

    store: JobStore
    queue: JobQueue
    timing: Timing

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; trouble is logged, and the next round tries again."""
        while not stop.wait(self.timing.sweep_every_s):
            try:
                self._round(time.time())
            except TransientError as error:
                log.warning("no sweeping: %s", error)
            except Exception:
                log.exception("no sweeping")

    def _round(self, now: float) -> None:
        if found := sweep(self.store, self.queue, now, self.timing):
            log.warning("%d jobs or outcomes were lost on their way, and are queued again", found)
        if expired := expire(self.store, self.queue):
            log.warning("%d results were refused, because no reviewer decided in time", expired)
