"""Moves one job from state to state; every move checks the state machine and writes its event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import RowMapping
from sqlalchemy.engine import Connection

from engine.adapters.job_store import audit, deliveries, provenance, replies, rows, turns, usage
from engine.adapters.job_store.codec import job_from_row, result_to_json
from engine.adapters.job_store.tables import job_events, jobs
from engine.domain.audit import AuditEntry, of_decision
from engine.domain.job import CONTINUED, DRAINING, TRANSITIONS, Audience, Job, State
from engine.domain.request import Kind
from engine.domain.result import TOO_MANY_ATTEMPTS, Failure, Result, Usage
from engine.domain.review import Decision, Outcome
from engine.timing import Timing

MOST_LOST = 500
"""Most jobs that one look for lost ones returns."""

_DECIDED = {
    Outcome.APPROVED: State.SUCCEEDED,
    Outcome.REJECTED: State.REFUSED,
    Outcome.EXPIRED: State.REFUSED,
    Outcome.CANCELED: State.CANCELED,
}
_UNTRIED: dict[str, Any] = {
    "state": State.ACCEPTED.value,
    "attempts": 0,
    "cancel_requested": False,
    "started_at": None,
    "finished_at": None,
    "result": None,
    "delivered": False,
}
_NAMES = {State.RUNNING: "started", State.ACCEPTED: "handed_back"}


@dataclass(frozen=True, slots=True)
class Life:
    """The moves of one transaction that happens at `at`."""

    connection: Connection
    at: float
    timing: Timing

    def claim(self, job_id: str, owner: str, lease_s: float) -> Job | None:
        row = self._locked(job_id)
        if row is None or not self._to_be_had(row):
            return None
        if row["cancel_requested"] and not rows.any_made(self.connection, job_id):
            self._finish(row, State.CANCELED, Result())
            return None
        if self._used_up(row):
            self._give_up(row)
            return None
        if row["state"] == State.RUNNING:
            row = self._hand_back(row, "lease ran out", row["attempts"])
        values = {"owner": owner, "lease_until": self.at + lease_s, "attempts": row["attempts"] + 1}
        return job_from_row(self._move(row, State.RUNNING, owner, started_at=self.at, **values))

    def hand_back(self, job_id: str, owner: str, reason: str, delay_s: float, used: Usage) -> bool:
        row = self._held(job_id, owner)
        if row is None:
            self._count_lost(job_id, used)
            return False
        if row["cancel_requested"]:
            self._finish(row, State.CANCELED, Result(usage=used))
        else:
            usage.write_attempt(self.connection, row, used, self.at)
            attempts = row["attempts"] - (reason in (DRAINING, CONTINUED))
            turn = {"turn": self._turn(row)} if reason == CONTINUED else {}
            self._hand_back(row, reason, attempts, delay_s, **turn)
        return True

    def finish(self, job_id: str, owner: str, state: State, result: Result, entries: Sequence[AuditEntry]) -> bool:
        row = self._held(job_id, owner)
        if row is not None:
            if row["cancel_requested"] and state in (State.SUCCEEDED, State.HELD):  # whoever asked was told so
                state, result = State.CANCELED, Result(usage=result.usage)
            self._finish(row, state, result)
            audit.append(self.connection, entries)
        else:
            self._count_lost(job_id, result.usage)
        return row is not None

    def decide(self, job_id: str, decision: Decision) -> Job | None:
        deliveries.lock_rows(self.connection, job_id)
        row = self._locked(job_id)
        if row is None:
            return None
        if row["state"] == State.HELD:
            row = self._decide(row, decision)
        return job_from_row(row)

    def cancel(self, job_id: str, by: str) -> Job | None:
        deliveries.lock_rows(self.connection, job_id)
        row = self._locked(job_id)
        if row is None:
            return None
        running = row["state"] == State.RUNNING
        if (running and not row["cancel_requested"]) or (by and row["state"] == State.ACCEPTED):
            self._log(job_id, "cancel_requested", by)
        if row["state"] == State.ACCEPTED and rows.any_made(self.connection, job_id):
            row = self._update(row, cancel_requested=True)  # a worker puts together what is made
        elif row["state"] == State.ACCEPTED:
            row = self._finish(row, State.CANCELED, Result())
        elif row["state"] == State.HELD:
            row = self._decide(row, Decision(Outcome.CANCELED, by or row["requester"], self.at))
        elif running and not row["cancel_requested"]:
            row = self._update(row, cancel_requested=True)
        return job_from_row(row)

    def retry(self, job_id: str, by: str) -> Job | None:
        deliveries.lock_rows(self.connection, job_id)
        row = self._locked(job_id)
        if row is None:
            return None
        if row["state"] == State.FAILED and row["forgotten_at"] is None and not replies.sends(row):
            deliveries.restart(self.connection, job_id)
            row = self._update(row, **_UNTRIED, queued_at=self.at, turn=self._turn(row))
            self._log(job_id, "retried", by)
        return job_from_row(row)

    def pick(self, job_id: str, variant: int, by: str) -> Job | None:
        deliveries.lock_rows(self.connection, job_id)
        row = self._locked(job_id)
        if row is None:
            return None
        stored = job_from_row(row)
        made = len(stored.result.artifacts) if stored.state is State.SUCCEEDED and stored.result else 0
        if variant < made and row["picked"] != variant:
            deliveries.reopen(self.connection, job_id)
            row = self._update(row, picked=variant, delivered=False, queued_at=self.at)
            self._log(job_id, "picked", by)
        return job_from_row(row)

    def lost(self, kind: Kind, older_than: float, most: float) -> list[Job]:
        """Let go what a dead worker held; then whatever waits and was queued too long ago counts as queued now."""
        expired = sa.select(jobs).where(jobs.c.lease_until < self.at, jobs.c.kind == kind)
        let_go = [self._let_go(row) for row in self._all_locked(expired.order_by(jobs.c.lease_until))]
        waiting = sa.select(jobs).where(
            jobs.c.kind == kind, jobs.c.state == State.ACCEPTED, jobs.c.queued_at < older_than
        )
        stale = self._all_locked(waiting.order_by(jobs.c.queued_at), most)
        return [job_from_row(row) for row in (*let_go, *self._mark_queued(stale))]

    def undelivered(self, older_than: float, *, held_back_too: bool) -> list[str]:
        """Finished, not shown and not due lately."""
        due = jobs.c.queued_at < older_than
        if held_back_too:
            due = sa.or_(due, jobs.c.queued_at > self.at)
        found = sa.select(jobs).where(jobs.c.delivered.is_(False), jobs.c.finished_at.is_not(None), due)
        return [row["id"] for row in self._mark_queued(self._all_locked(found.order_by(jobs.c.finished_at)))]

    def tried(self, job_id: str) -> None:
        """A delivery begins; should it fail, the next one is due the later the longer the job is over.

        A message that is lost on its way is no try: it puts nothing off.
        """
        over_s, most_s = self.at - jobs.c.finished_at, self.timing.deliver_at_latest_s - self.timing.requeue_after_s
        due = self.at + sa.case((over_s > most_s, most_s), else_=over_s)
        mine = sa.and_(jobs.c.id == job_id, jobs.c.delivered.is_(False), jobs.c.finished_at.is_not(None))
        self.connection.execute(sa.update(jobs).where(mine).values(queued_at=due))

    def unsent(self, job_ids: Sequence[str]) -> None:
        """They count as queued at no time, but for those that are to rest first."""
        due = sa.or_(jobs.c.queued_at <= self.at, jobs.c.finished_at.is_not(None))
        self.connection.execute(sa.update(jobs).where(jobs.c.id.in_(job_ids), due).values(queued_at=0.0))

    def _decide(self, row: RowMapping, decision: Decision) -> RowMapping:
        job = job_from_row(row)
        deliveries.reopen(self.connection, job.id)
        audit.append(self.connection, [of_decision(job, decision)])
        state, result = _DECIDED[decision.outcome], job.result or Result()
        return self._finish(row, state, result.decided(decision), delivered=False)

    def _turn(self, row: RowMapping) -> int:
        return turns.assigned(self.connection, [job_from_row(row)])[0]

    def _to_be_had(self, row: RowMapping) -> bool:
        return bool(row["state"] == State.ACCEPTED or (row["state"] == State.RUNNING and row["lease_until"] < self.at))

    def _held(self, job_id: str, owner: str) -> RowMapping | None:
        """The row, if `owner` has the job: nobody else claimed it and it was not handed back."""
        row = self._locked(job_id)
        return row if row is not None and row["state"] == State.RUNNING and row["owner"] == owner else None

    def _count_lost(self, job_id: str, used: Usage) -> None:
        """What an attempt took that had lost its job to another."""
        row = self._locked(job_id)
        if row is not None:
            usage.write_attempt(self.connection, row, used, self.at)

    def _used_up(self, row: RowMapping) -> bool:
        return bool(row["attempts"] >= self.timing.max_attempts)

    def _give_up(self, row: RowMapping) -> RowMapping:
        failure = Failure(TOO_MANY_ATTEMPTS, {"attempts": row["attempts"]})
        return self._finish(row, State.FAILED, Result(failure=failure))

    def _let_go(self, row: RowMapping) -> RowMapping:
        if row["cancel_requested"]:
            return self._finish(row, State.CANCELED, Result())
        if self._used_up(row):
            return self._give_up(row)
        attempts = row["attempts"]
        return self._hand_back(row, "lease ran out", attempts, self.timing.restart_in_s(attempts))

    def _hand_back(self, row: RowMapping, reason: str, attempts: int, delay_s: float = 0.0, **more: Any) -> RowMapping:
        values: dict[str, Any] = {"owner": None, "lease_until": None, "attempts": attempts, **more}
        return self._move(row, State.ACCEPTED, reason, queued_at=self.at + delay_s, **values)

    def _finish(self, row: RowMapping, state: State, result: Result, **more: Any) -> RowMapping:
        values = {"owner": None, "lease_until": None, "turn": None, "review_until": None, **more}
        values["result"] = result_to_json(result)
        if state is State.HELD:
            if result.hold is None:
                raise ValueError("a held job needs a reason")
            values["review_until"] = result.hold.expires_at
            deliveries.expect(self.connection, row["id"], Audience.REVIEWERS)
        if replies.sends(row):  # or the job counts as delivered once the reply is there, whoever was not told
            deliveries.expect(self.connection, row["id"], Audience.SENDER)
        if row["state"] == State.RUNNING:  # what a reviewer decides on was counted when it was made
            usage.write(self.connection, row, state, result.usage, self.at)
        if state is State.SUCCEEDED:  # what was not handed out is nobody's
            provenance.write(self.connection, row, result, self.at)
            replies.write(self.connection, row, result, self.at)
        detail = result.failure.code if result.failure else result.decision.outcome.value if result.decision else ""
        return self._move(row, state, detail, finished_at=self.at, queued_at=self.at, **values)

    def _move(self, row: RowMapping, to: State, detail: str, **values: Any) -> RowMapping:
        state = State(row["state"])
        if to not in TRANSITIONS[state]:
            raise ValueError(f"a job cannot go from {state} to {to}")
        self._log(row["id"], _NAMES.get(to, to.value), detail)
        return self._update(row, state=to.value, **values)

    def _locked(self, job_id: str) -> RowMapping | None:
        found = sa.select(jobs).where(jobs.c.id == job_id).with_for_update()
        return self.connection.execute(found).mappings().first()

    def _all_locked(self, found: sa.Select[Any], most: float = MOST_LOST) -> list[RowMapping]:
        """Rows that nobody else is busy with."""
        limited = found.limit(int(min(most, MOST_LOST))).with_for_update(skip_locked=True)
        return list(self.connection.execute(limited).mappings())

    def _update(self, row: RowMapping, **values: Any) -> RowMapping:
        statement = sa.update(jobs).where(jobs.c.id == row["id"]).values(**values).returning(jobs)
        return self.connection.execute(statement).mappings().one()

    def _mark_queued(self, rows: list[RowMapping]) -> list[RowMapping]:
        """As they are now."""
        ids = [row["id"] for row in rows]
        marked = sa.update(jobs).where(jobs.c.id.in_(ids)).values(queued_at=self.at).returning(jobs)
        by_id = {row["id"]: row for row in self.connection.execute(marked).mappings()}
        return [by_id[job_id] for job_id in ids]

    def _log(self, job_id: str, name: str, detail: str = "") -> None:
        self.connection.execute(sa.insert(job_events).values(job_id=job_id, at=self.at, name=name, detail=detail))
