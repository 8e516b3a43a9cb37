"""Deletes texts and rows whose time is up, and knows which artifacts rows still name. The port RetentionStore.

A line of revisions is kept or deleted as one: its newest job counts, and none goes while one is open or undelivered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import RowMapping
from sqlalchemy.engine import Connection

from engine.adapters.job_store import replies
from engine.adapters.job_store import rows as rows_of
from engine.adapters.job_store.codec import (
    request_from_json,
    request_to_json,
    result_from_json,
    result_to_json,
    work_to_json,
)
from engine.adapters.job_store.database import Database
from engine.adapters.job_store.tables import jobs, provenance, usage
from engine.domain.job import State
from engine.domain.request import Kind
from engine.domain.result import ArtifactKind
from engine.domain.retention import forgotten_request, forgotten_result

_KEY = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,8}")
_FINISHED = [state.value for state in State if state.finished]
_LINES = 100
"""Lines of revisions in one transaction."""
_PAGE = 500
_NAMES_FILES = sa.or_(
    jobs.c.kind == Kind.DRAW.value,
    *(jobs.c.request.contains(work_to_json(name)) for name in ("rows", "learning")),
)
_ENTRIES = 1000
"""Entries of usage in one transaction."""


class SqlRetention:
    """Safe to use from many threads and processes."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def forgettable(self, before: float) -> int:
        return self._count(_due(before, jobs.c.forgotten_at.is_(None)))

    def forget(self, before: float) -> int:
        return self._each_line(_due(before, jobs.c.forgotten_at.is_(None)), self._forget)

    def removable(self, before: float) -> int:
        return self._count(_due(before))

    def remove(self, before: float) -> int:
        return self._each_line(_due(before), _remove)

    def clearable_usage(self, before: float, counted_since: float) -> int:
        gone, named = _usage_due(before, counted_since)
        with self._database.read() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(usage).where(sa.or_(gone, named))) or 0

    def clear_usage(self, before: float, counted_since: float) -> int:
        gone, named = _usage_due(before, counted_since)
        nobody = sa.update(usage).values(requester="", channel="")
        return self._each_entry(gone, sa.delete(usage)) + self._each_entry(named, nobody)

    def named(self, ended_before: float | None = None) -> Iterator[str]:
        """Drawings name files, and texts whose work came with some.

        Whatever looks like a key counts as one: a file too many is kept, none lost.
        """
        drawn = sa.and_(_NAMES_FILES, jobs.c.forgotten_at.is_(None))
        if ended_before is not None:
            drawn = sa.and_(drawn, jobs.c.id.not_in(_due(ended_before).with_only_columns(jobs.c.id)))
        found = sa.select(jobs.c.id, jobs.c.request, jobs.c.result).where(drawn).order_by(jobs.c.id).limit(_PAGE)
        after = ""
        while True:
            with self._database.read() as connection:
                rows = connection.execute(found.where(jobs.c.id > after)).all()
            if not rows:
                return
            for row in rows:
                yield from _KEY.findall(row.request)
                yield from _KEY.findall(row.result or "")
            after = rows[-1].id

    def has_drawn(self) -> bool:
        drawings = sa.select(jobs.c.id).where(_NAMES_FILES).limit(1)
        made = sa.select(provenance.c.id).where(provenance.c.kind == ArtifactKind.IMAGE.value).limit(1)
        with self._database.read() as connection:
            return any(connection.scalar(found) is not None for found in (drawings, made))

    def _count(self, due: sa.Select[Any]) -> int:
        with self._database.read() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(due.subquery())) or 0

    def _each_line(self, due: sa.Select[Any], act: Callable[[Connection, Sequence[RowMapping]], None]) -> int:
        """Have `act` on all jobs that are due, some lines per transaction, so that nobody waits long; how many."""
        done = 0
        while rows := self._act(due, act):
            done += rows
        return done

    def _act(self, due: sa.Select[Any], act: Callable[[Connection, Sequence[RowMapping]], None]) -> int:
        """The rows are locked, then looked at again: a revision of them may have come in between."""
        roots = due.with_only_columns(jobs.c.root_id).distinct().limit(_LINES)
        with self._database.read() as connection:
            wanted = connection.scalars(roots).all()
        if not wanted:
            return 0
        with self._database.write() as connection:
            if self._database.sqlite:  # or what was deleted can still be read in the file
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            lines = jobs.c.root_id.in_(wanted)
            connection.execute(sa.select(jobs.c.id).where(lines).order_by(jobs.c.id).with_for_update()).all()
            rows = connection.execute(due.where(lines)).mappings().all()
            if rows:
                act(connection, rows)
        return len(rows)

    def _each_entry(self, due: sa.ColumnElement[bool], act: sa.Update | sa.Delete) -> int:
        """Have `act` on all that are due, some per transaction; how many."""
        done = 0
        ids = sa.select(usage.c.id).where(due).limit(_ENTRIES)
        while True:
            with self._database.read() as connection:
                found = connection.scalars(ids).all()
            if not found:
                return done
            with self._database.write() as connection:
                if self._database.sqlite:
                    connection.exec_driver_sql("PRAGMA secure_delete=ON")
                done += connection.execute(act.where(usage.c.id.in_(found))).rowcount

    def _forget(self, connection: Connection, rows: Sequence[RowMapping]) -> None:
        blank = sa.update(jobs).where(jobs.c.id == sa.bindparam("job_id"))
        new: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in ("request", "result", "forgotten_at")}
        at = self._clock()
        rows_of.forget(connection, [row["id"] for row in rows])
        connection.execute(blank.values(new), [{"job_id": row["id"], **_blanked(row, at)} for row in rows])
        replies.forget(connection, [row["id"] for row in rows])


def _due(before: float, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Jobs of lines that were over before `before`."""
    other = jobs.alias()
    needed = sa.or_(
        other.c.finished_at.is_(None),
        other.c.finished_at >= before,
        other.c.delivered.is_(False),
        other.c.state.not_in(_FINISHED),
    )
    kept = sa.exists().where(other.c.root_id == jobs.c.root_id, needed)
    return sa.select(jobs).where(jobs.c.finished_at < before, ~kept, *conditions)


def _usage_due(before: float, counted_since: float) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Entries that go, and entries that lose who it was."""
    gone = usage.c.at < min(before, counted_since)
    known = sa.or_(usage.c.requester != "", usage.c.channel != "")
    return gone, sa.and_(usage.c.at < before, known, ~gone)


def _blanked(row: RowMapping, at: float) -> dict[str, str | float | None]:
    request = forgotten_request(request_from_json(Kind(row["kind"]), row["request"]))
    result = forgotten_result(result_from_json(row["result"])) if row["result"] is not None else None
    return {
        "new_request": request_to_json(request),
        "new_result": result_to_json(result) if result is not None else None,
        "new_forgotten_at": at,
    }


def _remove(connection: Connection, rows: Sequence[RowMapping]) -> None:
    """With events and deliveries, which refer to them, and what became of drafts."""
    replies.remove(connection, [row["id"] for row in rows])
    connection.execute(sa.delete(jobs).where(jobs.c.id.in_([row["id"] for row in rows])))
