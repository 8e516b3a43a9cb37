"""What came of the rows of a table, each stored as soon as it is made: another attempt goes on from there."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from engine.adapters.job_store.tables import job_rows, usage
from engine.domain.job import State
from engine.domain.request import Kind
from engine.domain.rows import Pace, RowMade

_MADE = TypeAdapter(RowMade)
_MEASURED = 50
"""From how many of the latest jobs of a model it is known what one text takes."""


def save(connection: Connection, job_id: str, made: Sequence[RowMade]) -> None:
    """What is there already stays: of two attempts at one row the first counts."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    rows = [{"job_id": job_id, "row": each.row, "made": _MADE.dump_json(each).decode()} for each in made]
    if rows:
        connection.execute(insert(job_rows).on_conflict_do_nothing(), rows)


def made(connection: Connection, job_id: str) -> tuple[RowMade, ...]:
    """In the order of the table."""
    found = sa.select(job_rows.c.made).where(job_rows.c.job_id == job_id).order_by(job_rows.c.row)
    return tuple(_MADE.validate_json(text) for text in connection.scalars(found))


def any_made(connection: Connection, job_id: str) -> bool:
    found = sa.select(job_rows.c.id).where(job_rows.c.job_id == job_id).limit(1)
    return connection.scalar(found) is not None


def forget(connection: Connection, job_ids: Sequence[str]) -> None:
    connection.execute(sa.delete(job_rows).where(job_rows.c.job_id.in_(job_ids)))


def pace(connection: Connection, model: str) -> Pace:
    """By the latest texts that this model wrote; a run over a table is none of them."""
    runs = sa.select(job_rows.c.job_id).where(job_rows.c.job_id == usage.c.job_id)
    latest = sa.select(usage.c.run_s, usage.c.cost_usd).where(
        usage.c.kind == Kind.COPY.value,
        usage.c.state == State.SUCCEEDED.value,
        usage.c.model == model,
        ~sa.exists(runs),
    )
    found = latest.order_by(usage.c.at.desc()).limit(_MEASURED).subquery()
    row = connection.execute(sa.select(sa.func.avg(found.c.run_s), sa.func.avg(found.c.cost_usd))).one()
    return Pace(*(None if mean is None else float(mean) for mean in row))
