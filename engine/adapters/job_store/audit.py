"""The audit log's table: entries are added and read; only texts are taken away again, when their time is up."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.adapters.job_store.codec import audit_entry, audit_row
from engine.adapters.job_store.tables import audit_log
from engine.domain.audit import AuditEntry


def append(connection: Connection, entries: Sequence[AuditEntry]) -> None:
    if entries:
        connection.execute(sa.insert(audit_log), [audit_row(entry) for entry in entries])


def page(connection: Connection, after: int, since: float, until: float, most: int) -> list[tuple[int, AuditEntry]]:
    """The next entries after id `after`, oldest first, written in [since, until), each with its id."""
    found = sa.select(audit_log).where(audit_log.c.id > after, audit_log.c.at >= since, audit_log.c.at < until)
    rows = connection.execute(found.order_by(audit_log.c.id).limit(most)).mappings()
    return [(row["id"], audit_entry(row)) for row in rows]


def count_texts(connection: Connection, before: float) -> int:
    found = sa.select(sa.func.count()).select_from(audit_log)
    return connection.scalar(found.where(audit_log.c.text != sa.text("''"), audit_log.c.at < before)) or 0


def forget_texts(connection: Connection, before: float) -> int:
    """Blank the texts of entries older than `before`; how many."""
    old = sa.update(audit_log).where(audit_log.c.text != sa.text("''"), audit_log.c.at < before)
    return connection.execute(old.values(text="")).rowcount
