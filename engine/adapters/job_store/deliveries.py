"""What was shown where, and the lock that lets one process at a time show it."""

from __future__ import annotations

import json

import sqlalchemy as sa
from sqlalchemy import RowMapping
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from engine.adapters.job_store.codec import delivery_from_row
from engine.adapters.job_store.tables import deliveries, jobs
from engine.domain.job import EXCUSE_NOTE, Audience, Delivery, Job, State

_EMPTY = {"channel": "", "thread": "", "message": "", "files": "{}", "shown": "", "done": False, "again": False}


def get(connection: Connection, job_id: str, audience: Audience) -> Delivery:
    row = connection.execute(sa.select(deliveries).where(_of(job_id, audience))).mappings().first()
    return delivery_from_row(row) if row is not None else Delivery(job_id, audience=audience)


def unshown_before(connection: Connection, job: Job) -> str:
    """Looks through what is not delivered, which is little: a channel's jobs are many, and its index is kept out."""
    has_message = sa.select(deliveries.c.job_id).where(
        deliveries.c.job_id == jobs.c.id,
        deliveries.c.audience == Audience.REQUESTER.value,
        sa.or_(deliveries.c.message != "", deliveries.c.done),
    )
    same_time = sa.and_(jobs.c.created_at == job.created_at, jobs.c.id < job.id)
    waiting = sa.select(jobs.c.id).where(
        jobs.c.delivered.is_(False),
        sa.func.coalesce(jobs.c.channel, "") == job.origin.channel,
        sa.func.coalesce(jobs.c.thread, "") == job.origin.thread,
        sa.or_(jobs.c.created_at < job.created_at, same_time),
        ~sa.exists(has_message),
    )
    return connection.scalar(waiting.order_by(jobs.c.created_at, jobs.c.id).limit(1)) or ""


def save(
    connection: Connection,
    delivery: Delivery,
    owner: str,
    lock_until: float,
    *,
    channel: str,
    thread: str,
    shown: tuple[State, int | None],
) -> bool:
    """False, and nothing is written, if `owner` let go or another took over.

    It is done only if the job still has the state and the pick that it shows: a reviewer may have decided meanwhile,
    or somebody may have picked a variant.
    """
    job_id, audience = delivery.job_id, delivery.audience
    row = _row(connection, job_id, audience)
    if row is None or row["lock_owner"] != owner:
        return False
    now = connection.execute(sa.select(jobs.c.state, jobs.c.picked).where(jobs.c.id == job_id)).one()
    _set(
        connection,
        job_id,
        audience,
        channel=channel,
        thread=thread,
        message=delivery.message,
        files=json.dumps(delivery.files),
        shown=delivery.shown,
        done=delivery.done and tuple(now) == shown,
        lock_until=lock_until,
    )
    open_ = sa.select(deliveries.c.job_id).where(deliveries.c.job_id == job_id, deliveries.c.done.is_(False))
    connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(delivered=~sa.exists(open_)))
    return True


def expect(connection: Connection, job_id: str, audience: Audience) -> None:
    """From now on the job is not delivered before this audience has seen it."""
    connection.execute(_insert(connection, job_id, audience))


def lock_rows(connection: Connection, job_id: str) -> None:
    """Until the transaction ends. Whoever changes the job's row too does this first: `save` has the same order."""
    rows = sa.select(deliveries.c.audience).where(deliveries.c.job_id == job_id).order_by(deliveries.c.audience)
    connection.execute(rows.with_for_update()).all()


def reopen(connection: Connection, job_id: str) -> None:
    """There is more to show to everybody."""
    connection.execute(sa.update(deliveries).where(deliveries.c.job_id == job_id).values(done=False))


def restart(connection: Connection, job_id: str) -> None:
    """There is more to show to everybody, also to whoever was told that there is nothing to see.

    Other notes stay: a message whose answer was lost is still looked for before another is posted.
    """
    reopen(connection, job_id)
    rows = sa.select(deliveries.c.audience, deliveries.c.files).where(deliveries.c.job_id == job_id)
    for row in connection.execute(rows).all():
        files = json.loads(row.files)
        if files.pop(EXCUSE_NOTE, None) is not None:
            _set(connection, job_id, Audience(row.audience), files=json.dumps(files))


def lock(connection: Connection, job_id: str, audience: Audience, owner: str, *, lease_s: float, at: float) -> bool:
    """False, and a note to the holder, while another's lease lasts; False also for an unknown job."""
    row = _row(connection, job_id, audience)
    if row is None:
        return False
    if row["lock_owner"] not in (None, owner) and row["lock_until"] > at:
        _set(connection, job_id, audience, again=True)
        return False
    _set(connection, job_id, audience, lock_owner=owner, lock_until=at + lease_s, again=False)
    return True


def renew(connection: Connection, job_id: str, audience: Audience, owner: str, lock_until: float) -> None:
    """Leaves what is another's, and the note that there is more to do."""
    mine = sa.and_(_of(job_id, audience), deliveries.c.lock_owner == owner)
    connection.execute(sa.update(deliveries).where(mine).values(lock_until=lock_until))


def let_go(connection: Connection, at: float) -> list[str]:
    """Unlock what dead processes held of jobs that are not delivered: their ids, each once whoever else asks."""
    open_jobs = sa.select(jobs.c.id).where(jobs.c.delivered.is_(False))
    dead = sa.and_(deliveries.c.lock_until < at, deliveries.c.job_id.in_(open_jobs))
    unlocked = sa.update(deliveries).where(dead).values(lock_owner=None, lock_until=None, again=False)
    return sorted(set(connection.scalars(unlocked.returning(deliveries.c.job_id))))


def unlock(connection: Connection, job_id: str, audience: Audience, owner: str) -> bool:
    """Whether there is more to do; False if another took over, who then does it."""
    row = _row(connection, job_id, audience)
    if row is None or row["lock_owner"] != owner:
        return False
    _set(connection, job_id, audience, lock_owner=None, lock_until=None, again=False)
    return bool(row["again"])


def _row(connection: Connection, job_id: str, audience: Audience) -> RowMapping | None:
    """The delivery's row, locked until the transaction ends, made if need be; None for an unknown job."""
    found = sa.select(deliveries).where(_of(job_id, audience)).with_for_update()
    row = connection.execute(found).mappings().first()
    if row is not None:
        return row
    if connection.scalar(sa.select(jobs.c.id).where(jobs.c.id == job_id)) is None:
        return None
    connection.execute(_insert(connection, job_id, audience))
    return connection.execute(found).mappings().one()


def _insert(connection: Connection, job_id: str, audience: Audience) -> sa.Insert:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(deliveries).values(job_id=job_id, audience=audience.value, **_EMPTY).on_conflict_do_nothing()


def _of(job_id: str, audience: Audience) -> sa.ColumnElement[bool]:
    return sa.and_(deliveries.c.job_id == job_id, deliveries.c.audience == audience.value)


def _set(connection: Connection, job_id: str, audience: Audience, **values: str | float | bool | None) -> None:
    connection.execute(sa.update(deliveries).where(_of(job_id, audience)).values(**values))
