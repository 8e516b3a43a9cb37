"""Adds jobs: all in one transaction, each request once, each revision with the next version of its root."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from engine.adapters.job_store import audit, turns
from engine.adapters.job_store.codec import job_from_row, new_job, new_row
from engine.adapters.job_store.tables import job_events, jobs
from engine.domain.audit import of_appeal
from engine.domain.job import Job, NewJob, Submitted


def add(connection: Connection, new: Sequence[NewJob], at: float) -> list[Submitted]:
    """What became of each, in the order given."""
    by_key = {job.dedupe_key: job for job in reversed(new)}
    # One order for all writers, so that two that share keys cannot wait for each other.
    ordered = [by_key[key] for key in sorted(by_key)]
    first = {job.dedupe_key: index for index, job in reversed(list(enumerate(new)))}
    arrived = sorted(by_key, key=first.__getitem__)
    turn = dict(zip(arrived, turns.assigned(connection, [by_key[key] for key in arrived]), strict=True))
    rows = [_row(connection, job, at, turn) for job in ordered if job.request.revision is None]
    created = _insert(connection, rows)
    for job in ordered:
        if job.request.revision is not None:
            rows.append(_row(connection, job, at, turn))
            created |= _insert(connection, rows[-1:])
    if created:
        accepted = [{"job_id": job_id, "at": at, "name": "accepted", "detail": ""} for job_id in sorted(created)]
        connection.execute(sa.insert(job_events), accepted)
    audit.append(connection, [of_appeal(job) for job in ordered if job.id in created and job.request.appeal_of])
    stored = {row["dedupe_key"]: new_job(by_key[row["dedupe_key"]], row) for row in rows if row["id"] in created}
    stored |= _stored(connection, [key for key in by_key if key not in stored])
    return [
        Submitted(stored[job.dedupe_key], stored[job.dedupe_key].id in created and first[job.dedupe_key] == index)
        for index, job in enumerate(new)
    ]


def _row(connection: Connection, job: NewJob, at: float, turn: Mapping[str, int]) -> dict[str, Any]:
    return new_row(job, *_place(connection, job), at, turn[job.dedupe_key])


def _place(connection: Connection, job: NewJob) -> tuple[str, int]:
    """Root and version. The root's row is locked, so that two revisions of it get two versions."""
    revision = job.request.revision
    if revision is None:
        return job.id, 1
    root = connection.scalar(sa.select(jobs.c.root_id).where(jobs.c.id == revision.parent_id))
    if root is None:  # the parent was purged: the revision carries its prompt, so it can stand alone
        return job.id, 1
    if connection.scalar(sa.select(jobs.c.id).where(jobs.c.id == root).with_for_update()) is None:
        return job.id, 1  # the lock was waited for while the whole line was purged
    newest = connection.scalar(sa.select(sa.func.max(jobs.c.version)).where(jobs.c.root_id == root))
    return root, newest + 1 if newest else 1


def _insert(connection: Connection, rows: Sequence[dict[str, Any]]) -> set[str]:
    """The ids of the rows that were not there before.

    Any conflict counts: ids follow from dedupe keys, and of two who add one at once PostgreSQL may see either first.
    """
    if not rows:
        return set()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(jobs).on_conflict_do_nothing().returning(jobs.c.id)
    return set(connection.scalars(statement, list(rows)))


def _stored(connection: Connection, keys: Sequence[str]) -> dict[str, Job]:
    if not keys:
        return {}
    found = connection.execute(sa.select(jobs).where(jobs.c.dedupe_key.in_(keys))).mappings()
    return {row["dedupe_key"]: job_from_row(row) for row in found}
