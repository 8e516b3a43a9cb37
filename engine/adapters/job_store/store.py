"""SqlJobStore: the port JobStore on SQLite or PostgreSQL. One transaction per method."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterator, Sequence

import sqlalchemy as sa

from engine.adapters.job_store import (
    admitting,
    audit,
    deliveries,
    queries,
    rows,
    saved_recipes,
    submitting,
    turns,
    usage,
)
from engine.adapters.job_store.database import Database
from engine.adapters.job_store.life import Life
from engine.adapters.job_store.provenance import SqlProvenanceRecord
from engine.adapters.job_store.replies import SqlReplyLog
from engine.adapters.job_store.retention import SqlRetention
from engine.adapters.job_store.tables import jobs
from engine.domain.audit import AuditEntry
from engine.domain.census import Census
from engine.domain.job import Audience, Delivery, Heard, Job, JobEvent, NewJob, Origin, State, Submitted, Wanted
from engine.domain.limits import Denial, Limits, Scope, Spent, Use
from engine.domain.request import Kind
from engine.domain.result import NOTHING_USED, Result, Usage
from engine.domain.review import Decision, Outcome
from engine.domain.rows import Pace, RowMade
from engine.domain.saved import SavedRecipe
from engine.domain.usage import By, UsageSum
from engine.timing import DEFAULT, Timing

_PAGE = 500


class SqlJobStore:
    """Also the port AuditLog, because a decision and its entry are one transaction.

    Safe to use from many threads and processes. Leases compare clocks: machines must agree within seconds.
    """

    def __init__(self, url: str, *, timing: Timing = DEFAULT, clock: Callable[[], float] = time.time) -> None:
        """Opens no connection yet; the schema must be there: see `migrate`. Raises ConfigurationError."""
        self._database = Database(url, timing.database_wait_s)
        self.provenance = SqlProvenanceRecord(self._database)
        self.retention = SqlRetention(self._database, clock)
        self.replies = SqlReplyLog(self._database)
        self._timing = timing
        self._clock = clock

    def close(self) -> None:
        self._database.close()

    def add(self, jobs: Sequence[NewJob]) -> list[Submitted]:
        with self._database.write() as connection:
            return submitting.add(connection, jobs, self._clock())

    def admit(self, jobs: Sequence[NewJob], limits: Limits) -> list[Submitted | Denial]:
        with self._database.write() as connection:
            return admitting.admit(connection, jobs, limits, self._clock())

    def get(self, job_id: str) -> Job | None:
        with self._database.read() as connection:
            return queries.get(connection, job_id)

    def claim(self, job_id: str, owner: str, lease_s: float) -> Job | None:
        with self._database.write() as connection:
            return Life(connection, self._clock(), self._timing).claim(job_id, owner, lease_s)

    def take_turn(self, job_id: str, owner: str, lease_s: float) -> Job | None:
        with self._database.write() as connection:
            at = self._clock()
            chosen = turns.next_id(connection, job_id, at, self._timing.max_attempts)
            return Life(connection, at, self._timing).claim(chosen, owner, lease_s)

    def heartbeat(self, owners: Collection[str], lease_s: float) -> Heard:
        """Writes only when a lease is due, so that it may be called often to hear of cancellations soon."""
        mine = jobs.c.owner.in_(owners)
        held = sa.select(jobs.c.owner, jobs.c.cancel_requested, jobs.c.lease_until).where(mine)
        with self._database.read() as connection:
            rows = connection.execute(held).all()
        now = self._clock()
        due = now + lease_s - Timing(lease_s=lease_s).renew_after_s
        if any(row.lease_until < due for row in rows):
            with self._database.write() as connection:
                connection.execute(sa.update(jobs).where(mine).values(lease_until=now + lease_s))
        lost = frozenset(owners) - {row.owner for row in rows}
        return Heard(frozenset(row.owner for row in rows if row.cancel_requested), lost)

    def hand_back(
        self, job_id: str, owner: str, reason: str, delay_s: float = 0.0, usage: Usage = NOTHING_USED
    ) -> bool:
        with self._database.write() as connection:
            return Life(connection, self._clock(), self._timing).hand_back(job_id, owner, reason, delay_s, usage)

    def finish(self, job_id: str, owner: str, state: State, result: Result, audit: Sequence[AuditEntry] = ()) -> bool:
        with self._database.write() as connection:
            return Life(connection, self._clock(), self._timing).finish(job_id, owner, state, result, audit)

    def decide(self, job_id: str, decision: Decision) -> Job | None:
        with self._database.write() as connection:
            return Life(connection, self._clock(), self._timing).decide(job_id, decision)

    def held(self, workspace: str = "") -> tuple[Job, ...]:
        with self._database.read() as connection:
            return queries.held(connection, workspace)

    def expire_reviews(self) -> tuple[str, ...]:
        """One transaction for each: whoever decides at the same moment waits for one, and no two for each other."""
        now = self._clock()
        with self._database.read() as connection:
            due = queries.overdue(connection, now)
        for job_id in due:
            self.decide(job_id, Decision(Outcome.EXPIRED, "", now))
        return due

    def cancel(self, job_id: str, by: str = "") -> Job | None:
        with self._database.write() as connection:
            return Life(connection, self._clock(), self._timing).cancel(job_id, by)

    def retry(self, job_id: str, by: str) -> Job | None:
        with self._database.write() as connection:
            return Life(connection, self._clock(), self._timing).retry(job_id, by)

    def pick(self, job_id: str, variant: int, by: str) -> Job | None:
        with self._database.write() as connection:
            return Life(connection, self._clock(), self._timing).pick(job_id, variant, by)

    def save_rows(self, job_id: str, made: Sequence[RowMade]) -> None:
        with self._database.write() as connection:
            rows.save(connection, job_id, made)

    def rows_made(self, job_id: str) -> tuple[RowMade, ...]:
        with self._database.read() as connection:
            return rows.made(connection, job_id)

    def save_recipe(self, recipe: SavedRecipe) -> bool:
        with self._database.write() as connection:
            return saved_recipes.save(connection, recipe)

    def saved_recipes(self, workspace: str, name: str = "") -> tuple[SavedRecipe, ...]:
        with self._database.read() as connection:
            return saved_recipes.of(connection, workspace, name)

    def remove_recipe(self, workspace: str, name: str) -> bool:
        with self._database.write() as connection:
            return saved_recipes.remove(connection, workspace, name)

    def pace(self, model: str) -> Pace:
        with self._database.read() as connection:
            return rows.pace(connection, model)

    def find(self, wanted: Wanted) -> tuple[Job, ...]:
        with self._database.read() as connection:
            return queries.find(connection, wanted)

    def position(self, job: Job) -> int:
        with self._database.read() as connection:
            return turns.position(connection, job)

    def expected_wait_s(self, job: Job) -> float | None:
        with self._database.read() as connection:
            before = turns.waiting_before(connection, job)
            return admitting.expected_wait(connection, job.request.kind, before)

    def lineage(self, job: Job) -> tuple[Job, ...]:
        with self._database.read() as connection:
            return queries.lineage(connection, job)

    def versions(self, root_id: str) -> tuple[Job, ...]:
        with self._database.read() as connection:
            return queries.versions(connection, root_id)

    def in_thread(self, channel: str, thread: str) -> tuple[Job, ...]:
        with self._database.read() as connection:
            return queries.in_thread(connection, channel, thread)

    def recent(self, workspace: str, user: str, limit: int) -> tuple[Job, ...]:
        with self._database.read() as connection:
            return queries.recent(connection, workspace, user, limit)

    def census(self) -> Census:
        """Counted in the indices."""
        with self._database.read() as connection:
            return queries.census(connection, self._clock())

    def events(self, job_id: str) -> tuple[JobEvent, ...]:
        with self._database.read() as connection:
            return queries.events(connection, job_id)

    def due(self, kind: Kind) -> int:
        with self._database.read() as connection:
            return queries.due(connection, kind, self._clock())

    def lost(self, kind: Kind, older_than: float, most: float = math.inf) -> tuple[Job, ...]:
        with self._database.write() as connection:
            return tuple(Life(connection, self._clock(), self._timing).lost(kind, older_than, most))

    def undelivered(self, older_than: float, *, held_back_too: bool = False) -> tuple[str, ...]:
        with self._database.write() as connection:
            at = self._clock()
            orphaned = deliveries.let_go(connection, at)
            due = Life(connection, at, self._timing).undelivered(older_than, held_back_too=held_back_too)
            return tuple(dict.fromkeys([*orphaned, *due]))

    def unsent(self, job_ids: Sequence[str]) -> None:
        with self._database.write() as connection:
            Life(connection, self._clock(), self._timing).unsent(job_ids)

    def unshown_before(self, job: Job) -> str:
        with self._database.read() as connection:
            return deliveries.unshown_before(connection, job)

    def delivery(self, job_id: str, audience: Audience = Audience.REQUESTER) -> Delivery:
        with self._database.read() as connection:
            return deliveries.get(connection, job_id, audience)

    def save_delivery(
        self,
        delivery: Delivery,
        owner: str,
        lease_s: float,
        *,
        channel: str,
        thread: str,
        state: State,
        picked: int | None = None,
    ) -> bool:
        until, shown = self._clock() + lease_s, (state, picked)
        with self._database.write() as connection:
            return deliveries.save(connection, delivery, owner, until, channel=channel, thread=thread, shown=shown)

    def lock_delivery(self, job_id: str, owner: str, lease_s: float, audience: Audience = Audience.REQUESTER) -> bool:
        with self._database.write() as connection:
            at = self._clock()
            locked = deliveries.lock(connection, job_id, audience, owner, lease_s=lease_s, at=at)
            if locked:
                Life(connection, at, self._timing).tried(job_id)
            return locked

    def renew_delivery(self, job_id: str, owner: str, lease_s: float, audience: Audience = Audience.REQUESTER) -> None:
        with self._database.write() as connection:
            deliveries.renew(connection, job_id, audience, owner, self._clock() + lease_s)

    def unlock_delivery(self, job_id: str, owner: str, audience: Audience = Audience.REQUESTER) -> bool:
        with self._database.write() as connection:
            return deliveries.unlock(connection, job_id, audience, owner)

    def use(self, scope: Scope, origin: Origin, since: float) -> Use:
        """The port UsageLog, and so are the next ones."""
        with self._database.read() as connection:
            return usage.use(connection, scope, origin, since)

    def spent(self, limits: Limits) -> Spent:
        with self._database.read() as connection:
            return usage.spent(connection, limits, self._clock())

    def usage_sums(self, by: By, since: float, until: float, days: Sequence[float] = ()) -> list[UsageSum]:
        with self._database.read() as connection:
            return usage.summed(connection, by, since, until, days)

    def first_notice(self, name: str) -> bool:
        with self._database.write() as connection:
            return usage.first_notice(connection, name, self._clock())

    def forget_notice(self, name: str) -> None:
        with self._database.write() as connection:
            usage.forget_notice(connection, name)

    def audit_entries(self, since: float = 0.0, until: float = math.inf) -> Iterator[AuditEntry]:
        """The port AuditLog; read in pages, so that a long log is neither held in memory nor locked."""
        after = 0
        while True:
            with self._database.read() as connection:
                found = audit.page(connection, after, since, until, _PAGE)
            if not found:
                return
            yield from (entry for _, entry in found)
            after = found[-1][0]

    def forgettable_audit_texts(self, before: float) -> int:
        with self._database.read() as connection:
            return audit.count_texts(connection, before)

    def forget_audit_texts(self, before: float) -> int:
        if self.forgettable_audit_texts(before) == 0:
            return 0
        with self._database.write() as connection:
            return audit.forget_texts(connection, before)
