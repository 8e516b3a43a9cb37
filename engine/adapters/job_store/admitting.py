"""Adds jobs that are within the limits: counted and stored in one transaction, so that nobody slips through between.

Processes that accept at the same moment on PostgreSQL do not see each other's requests yet: together they may let
through a few too many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.adapters.job_store import submitting, turns, usage
from engine.adapters.job_store.tables import jobs
from engine.domain.job import NewJob, Origin, Submitted
from engine.domain.limits import (
    Denial,
    Limit,
    Limits,
    Scope,
    Use,
    expected_wait_s,
    images_of,
    over_budget,
    over_quota,
    scope_id,
)
from engine.domain.request import Kind
from engine.domain.work import ForEachRow


def admit(connection: Connection, new: Sequence[NewJob], limits: Limits, at: float) -> list[Submitted | Denial]:
    """What became of each, in the order given. What was stored before is not counted again, nor is an appeal."""
    counter = Counter(connection, limits, at)
    denials = {job.dedupe_key: denial for job in new if (denial := counter.denial(job))}
    if denials:
        for key in _known(connection, list(denials)):
            del denials[key]
    stored = iter(submitting.add(connection, [job for job in new if job.dedupe_key not in denials], at))
    return [denials.get(job.dedupe_key) or next(stored) for job in new]


@dataclass(slots=True)
class Counter:
    """Counts what is there once, and then along with what it lets through."""

    connection: Connection
    limits: Limits
    at: float
    _use: dict[tuple[Scope, str], Use] = field(default_factory=dict)
    _waiting: dict[Kind, int] = field(default_factory=dict)
    _open_paid: dict[Kind, int] = field(default_factory=dict)
    _mean_usd: dict[Kind, float] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def denial(self, job: NewJob) -> Denial | None:
        """Why this one must wait; if nothing speaks against it, it is counted from now on."""
        if job.request.appeal_of or job.dedupe_key in self._seen:
            return None
        found = self._over_queue(job) or self._over_quotas(job) or self._over_budget(job)
        if found is None:
            self._count(job)
        return found

    def _over_quotas(self, job: NewJob) -> Denial | None:
        images, left_s = images_of(job.request), self.limits.day(self.at)[1] - self.at
        for scope in Scope:
            quota = self.limits.quota(scope, job.origin)
            if (quota.jobs_at_once, quota.images_per_day, quota.tokens_per_day) != (None, None, None):
                denial = over_quota(quota, self._used(scope, job.origin), scope, images, left_s)
                if denial is not None:
                    return denial
        return None

    def _over_budget(self, job: NewJob) -> Denial | None:
        budget = self.limits.budget
        if budget.usd_per_day is None and budget.usd_per_month is None:
            return None
        if not self._paid(job):
            return None
        spent = usage.spent(self.connection, self.limits, self.at)
        open_usd = self._open_usd()
        more_usd = (_texts(job) - 1) * self._mean_usd.get(job.request.kind, 0.0)  # a table must not use it all up
        return over_budget(self.limits, spent, open_usd + more_usd, self.at)

    def _paid(self, job: NewJob) -> bool:
        return (job.request.kind, job.request.params.model) in self.limits.paid

    def _open_usd(self) -> float:
        """What the paid jobs that wait or run will cost, if each costs what the latest did."""
        for kind in {kind for kind, _ in self.limits.paid} - self._mean_usd.keys():
            models = [model for of_kind, model in self.limits.paid if of_kind is kind]
            self._open_paid[kind] = usage.open_paid(self.connection, kind, models)
            self._mean_usd[kind] = usage.mean_usd(self.connection, kind)
        return sum(number * self._mean_usd[kind] for kind, number in self._open_paid.items())

    def _over_queue(self, job: NewJob) -> Denial | None:
        """Too many wait, or those that would be taken before this one take too long."""
        most, longest_s, kind = self.limits.most_waiting, self.limits.longest_wait_s, job.request.kind
        if most is None and longest_s is None:
            return None
        if kind not in self._waiting:
            self._waiting[kind] = turns.waiting(self.connection, kind)
        waiting = self._waiting[kind]
        if not waiting:
            return None
        full = most is not None and waiting >= most
        wait_s = expected_wait(self.connection, kind, turns.waiting_before_new(self.connection, job))
        if full and most is not None:
            return Denial(Limit.QUEUE, Scope.WORKSPACE, most, waiting, wait_s=wait_s)
        if longest_s is not None and wait_s is not None and wait_s > longest_s:
            return Denial(Limit.QUEUE, Scope.WORKSPACE, longest_s, waiting, wait_s=wait_s)
        return None

    def _used(self, scope: Scope, origin: Origin) -> Use:
        key = (scope, scope_id(scope, origin))
        if key not in self._use:
            self._use[key] = usage.use(self.connection, scope, origin, self.limits.day(self.at)[0])
        return self._use[key]

    def _count(self, job: NewJob) -> None:
        self._seen.add(job.dedupe_key)
        if job.request.kind in self._waiting:
            self._waiting[job.request.kind] += 1
        if self._paid(job) and job.request.kind in self._open_paid:
            self._open_paid[job.request.kind] += _texts(job)
        for scope in Scope:
            if (used := self._use.get(key := (scope, scope_id(scope, job.origin)))) is not None:
                images = used.open_images + images_of(job.request)
                self._use[key] = replace(used, jobs=used.jobs + 1, open_images=images)


def _texts(job: NewJob) -> int:
    """How many requests' worth it is."""
    return job.request.work.rows if isinstance(job.request.work, ForEachRow) else 1


def expected_wait(connection: Connection, kind: Kind, before: int) -> float | None:
    """How long a job waits that so many are taken before, in seconds; None if nobody can tell."""
    running = turns.running(connection, kind)
    return expected_wait_s(before, running, usage.run_s(connection, kind)) if running else None


def _known(connection: Connection, keys: Sequence[str]) -> list[str]:
    return list(connection.scalars(sa.select(jobs.c.dedupe_key).where(jobs.c.dedupe_key.in_(keys))))
