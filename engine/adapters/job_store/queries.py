"""Questions about jobs that change nothing."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.adapters.job_store.codec import event_from_row, job_from_row
from engine.adapters.job_store.replies import posted
from engine.adapters.job_store.tables import deliveries, job_events, jobs, sent_replies
from engine.domain.census import REPLIES_S, Census
from engine.domain.job import Audience, Job, JobEvent, State, Wanted
from engine.domain.request import Kind


def get(connection: Connection, job_id: str) -> Job | None:
    row = connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).mappings().first()
    return job_from_row(row) if row is not None else None


def lineage(connection: Connection, job: Job) -> tuple[Job, ...]:
    by_id = {version.id: version for version in versions(connection, job.root_id)}
    chain = [by_id.get(job.id, job)]
    while (revision := chain[-1].request.revision) is not None and revision.parent_id in by_id:
        chain.append(by_id.pop(revision.parent_id))
    return tuple(reversed(chain))


def versions(connection: Connection, root_id: str) -> tuple[Job, ...]:
    return _jobs(connection, sa.select(jobs).where(jobs.c.root_id == root_id).order_by(jobs.c.version))


def in_thread(connection: Connection, channel: str, thread: str) -> tuple[Job, ...]:
    shown = sa.select(deliveries.c.job_id).where(
        deliveries.c.channel == channel,
        deliveries.c.thread == thread,
        deliveries.c.audience == Audience.REQUESTER.value,
    )
    asked = sa.select(jobs.c.id).where(jobs.c.channel == channel, jobs.c.thread == thread)
    found = sa.select(jobs).where(jobs.c.id.in_(shown.union(asked)))
    return _jobs(connection, found.order_by(jobs.c.created_at, jobs.c.id))


def held(connection: Connection, workspace: str) -> tuple[Job, ...]:
    found = sa.select(jobs).where(jobs.c.review_until.is_not(None), jobs.c.state == State.HELD)
    if workspace:
        found = found.where(jobs.c.workspace == workspace)
    return _jobs(connection, found.order_by(jobs.c.finished_at, jobs.c.id))


def overdue(connection: Connection, now: float) -> tuple[str, ...]:
    """Ids of held jobs whose time for a review is up."""
    return tuple(connection.scalars(sa.select(jobs.c.id).where(jobs.c.review_until < now)))


def recent(connection: Connection, workspace: str, user: str, limit: int) -> tuple[Job, ...]:
    found = sa.select(jobs).where(jobs.c.workspace == workspace, jobs.c.requester == user)
    return _jobs(connection, found.order_by(jobs.c.created_at.desc(), jobs.c.id.desc()).limit(limit))


def census(connection: Connection, at: float) -> Census:
    kinds, open_ = list(Kind), (State.ACCEPTED, State.RUNNING, State.HELD)
    found = (
        sa.select(
            jobs.c.kind, jobs.c.state, sa.func.count().label("jobs"), sa.func.min(jobs.c.created_at).label("since")
        )
        .where(jobs.c.kind.in_(kinds), jobs.c.state.in_(open_))
        .group_by(jobs.c.kind, jobs.c.state)
    )
    rows = connection.execute(found).all()
    hidden = sa.select(sa.func.count()).where(jobs.c.delivered.is_(False), jobs.c.finished_at.is_not(None))
    return Census(
        {(Kind(row.kind), State(row.state)): row.jobs for row in rows},
        {Kind(row.kind): row.since for row in rows if row.state == State.ACCEPTED},
        connection.scalar(hidden) or 0,
        _replies(connection, at - REPLIES_S),
    )


def _replies(connection: Connection, since: float) -> dict[str, int]:
    changed = (sent_replies.c.distance > 0).label("changed")
    found = sa.select(changed, sa.func.count().label("replies"))
    found = found.where(sent_replies.c.at >= since, posted()).group_by(changed)
    return {"edited" if row.changed else "unchanged": row.replies for row in connection.execute(found)}


def due(connection: Connection, kind: Kind, at: float) -> int:
    """Counted in the index."""
    waiting = sa.and_(jobs.c.kind == kind, jobs.c.state == State.ACCEPTED, jobs.c.queued_at <= at)
    return connection.scalar(sa.select(sa.func.count()).select_from(jobs).where(waiting)) or 0


def find(connection: Connection, wanted: Wanted) -> tuple[Job, ...]:
    found = sa.select(jobs).where(jobs.c.created_at >= wanted.since)
    if wanted.states:
        found = found.where(jobs.c.state.in_(wanted.states))
    if wanted.failure:
        found = found.where(jobs.c.state == State.FAILED, _latest_failure() == wanted.failure)
    exact = {jobs.c.kind: wanted.kind, jobs.c.workspace: wanted.workspace}
    exact |= {jobs.c.channel: wanted.channel, jobs.c.requester: wanted.user}
    for column, value in exact.items():
        if value:
            found = found.where(column == value)
    return _jobs(connection, found.order_by(jobs.c.created_at.desc(), jobs.c.id.desc()).limit(wanted.limit))


def _latest_failure() -> sa.ScalarSelect[str]:
    """The code with which the job failed, as its log says; it may have failed before, with another."""
    failed = sa.select(job_events.c.detail).where(job_events.c.job_id == jobs.c.id, job_events.c.name == "failed")
    return failed.order_by(job_events.c.id.desc()).limit(1).correlate(jobs).scalar_subquery()


def events(connection: Connection, job_id: str) -> tuple[JobEvent, ...]:
    found = sa.select(job_events).where(job_events.c.job_id == job_id).order_by(job_events.c.id)
    return tuple(event_from_row(row) for row in connection.execute(found).mappings())


def _jobs(connection: Connection, found: sa.Select[Any]) -> tuple[Job, ...]:
    return tuple(job_from_row(row) for row in connection.execute(found).mappings())
