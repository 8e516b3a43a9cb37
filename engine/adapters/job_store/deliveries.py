"""What was shown where, and the lock that lets one process at a time show it."""

from __future__ import annotations

import json

import sqlalchemy as sa
from sqlalchemy import RowMapping
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from engine.adapters.job_store.codec import delivery_from_row
from engine.adapters.job_store.tables import deliveries, jobs
from engine.domain.job import Delivery

_EMPTY = {"channel": "", "thread": "", "message": "", "files": "{}", "shown": "", "done": False, "again": False}


def get(connection: Connection, job_id: str) -> Delivery:
    found = sa.select(deliveries).where(deliveries.c.job_id == job_id)
    row = connection.execute(found).mappings().first()
    return delivery_from_row(row) if row is not None else Delivery(job_id)


def save(
    connection: Connection, delivery: Delivery, owner: str, lock_until: float, *, channel: str, thread: str
) -> bool:
    """False, and nothing is written, if `owner` let go or another took over."""
    row = _row(connection, delivery.job_id)
    if row is None or row["lock_owner"] != owner:
        return False
    _set(
        connection,
        delivery.job_id,
        channel=channel,
        thread=thread,
        message=delivery.message,
        files=json.dumps(delivery.files),
        shown=delivery.shown,
        done=delivery.done,
        lock_until=lock_until,
    )
    connection.execute(sa.update(jobs).where(jobs.c.id == delivery.job_id).values(delivered=delivery.done))
    return True


def lock(connection: Connection, job_id: str, owner: str, lease_s: float, at: float) -> bool:
    """False, and a note to the holder, while another's lease lasts; False also for an unknown job."""
    row = _row(connection, job_id)
    if row is None:
        return False
    if row["lock_owner"] not in (None, owner) and row["lock_until"] > at:
        _set(connection, job_id, again=True)
        return False
    _set(connection, job_id, lock_owner=owner, lock_until=at + lease_s, again=False)
    return True


def unlock(connection: Connection, job_id: str, owner: str) -> bool:
    """Whether there is more to do; False if another took over, who then does it."""
    row = _row(connection, job_id)
    if row is None or row["lock_owner"] != owner:
        return False
    _set(connection, job_id, lock_owner=None, lock_until=None, again=False)
    return bool(row["again"])


def _row(connection: Connection, job_id: str) -> RowMapping | None:
    """The job's row, locked until the transaction ends, made if need be; None for an unknown job."""
    found = sa.select(deliveries).where(deliveries.c.job_id == job_id).with_for_update()
    row = connection.execute(found).mappings().first()
    if row is not None:
        return row
    if connection.scalar(sa.select(jobs.c.id).where(jobs.c.id == job_id)) is None:
        return None
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(insert(deliveries).values(job_id=job_id, **_EMPTY).on_conflict_do_nothing())
    return connection.execute(found).mappings().one()


def _set(connection: Connection, job_id: str, **values: str | float | bool | None) -> None:
    connection.execute(sa.update(deliveries).where(deliveries.c.job_id == job_id).values(**values))
