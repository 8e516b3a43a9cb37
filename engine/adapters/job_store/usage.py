"""What jobs took: written in the transaction that ends a job, summed up for limits, budgets and reports."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import RowMapping
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from engine.adapters.job_store.codec import model_to_json, work_to_json
from engine.adapters.job_store.tables import job_rows, jobs, notices
from engine.adapters.job_store.tables import usage as table
from engine.domain.job import Origin, State
from engine.domain.limits import Limits, Scope, Spent, Use
from engine.domain.request import Kind
from engine.domain.result import Usage
from engine.domain.usage import By, UsageSum

MEASURED = 50
"""From how many of the latest jobs it is known what one takes and costs."""

_OPEN = (State.ACCEPTED.value, State.RUNNING.value)
_ENDED = table.c.state != State.ACCEPTED.value
"""Not of an attempt that another followed."""
_OF_TABLE = sa.exists(sa.select(job_rows.c.id).where(job_rows.c.job_id == table.c.job_id))
"""Of a run over a table, which takes as much as all its rows."""
_GROUPS = {
    By.USER: (table.c.workspace, table.c.requester),
    By.CHANNEL: (table.c.workspace, table.c.channel),
    By.MODEL: (table.c.model, table.c.backend),
    By.DAY: (),
}


def write(connection: Connection, job: RowMapping, state: State, used: Usage, at: float) -> None:
    """One row for a job that was made, whatever came of it."""
    row = {name: job[name] for name in ("workspace", "channel", "requester", "kind")}
    row |= {name: getattr(used, name) for name in ("prompt_tokens", "completion_tokens", "images", "run_s", "cost_usd")}
    row |= {"job_id": job["id"], "at": at, "state": state.value, "wait_s": used.wait_s}
    row |= {"model": used.model[:128], "backend": used.backend[:128]}
    connection.execute(sa.insert(table).values(**row))


def write_attempt(connection: Connection, job: RowMapping, used: Usage, at: float) -> None:
    """One row for an attempt without an outcome, if it took anything but time; its state is ACCEPTED.

    Told again, because the answer was lost on the way, it is known: no two attempts run for the very same time.
    """
    told = sa.select(table.c.id).where(
        table.c.workspace == job["workspace"],
        table.c.at >= job["created_at"],
        table.c.job_id == job["id"],
        table.c.run_s == used.run_s,
    )
    took = used.cost_usd or used.images or used.prompt_tokens or used.completion_tokens
    if took and connection.scalar(told.limit(1)) is None:
        write(connection, job, State.ACCEPTED, used, at)


def use(connection: Connection, scope: Scope, origin: Origin, since: float) -> Use:
    """What a user, a channel or a workspace has open, and used since then; one question."""
    of_jobs, of_usage = _within(jobs, scope, origin), [*_within(table, scope, origin), table.c.at >= since]
    open_ = [*of_jobs, jobs.c.kind.in_([kind.value for kind in Kind]), jobs.c.state.in_(_OPEN)]
    if scope is Scope.USER:  # its index has no state
        open_[-1] = jobs.c.turn.is_not(None)
    waiting = (
        sa.select(sa.func.count().label("jobs"), _sum(jobs.c.images).label("open_images")).where(*open_).subquery()
    )
    tokens = table.c.prompt_tokens + table.c.completion_tokens
    sums = (
        _sum(table.c.images).label("images"),
        _sum(tokens).label("tokens"),
        _sum(table.c.cost_usd).label("cost_usd"),
    )
    used = sa.select(*sums).where(*of_usage).subquery()
    row = connection.execute(sa.select(waiting, used).select_from(waiting.join(used, sa.true()))).mappings().one()
    return Use(row["jobs"], row["open_images"], row["images"], row["tokens"], row["cost_usd"])


def spent(connection: Connection, limits: Limits, at: float) -> Spent:
    """What models that cost money cost since the day and since the month began."""
    today, month = limits.day(at)[0], limits.month(at)[0]
    paid = table.c.cost_usd.is_not(None)
    since_today = sa.func.sum(sa.case((table.c.at >= today, table.c.cost_usd), else_=0.0))
    row = connection.execute(
        sa.select(since_today, sa.func.sum(table.c.cost_usd)).where(table.c.at >= month, paid)
    ).one()
    return Spent(float(row[0] or 0.0), float(row[1] or 0.0))


def open_paid(connection: Connection, kind: Kind, models: Collection[str | None]) -> int:
    """How many requests' worth waits or runs that asks for one of these models, by the name that a request gives.

    A run over a table is as many as it has rows left: what the others cost is known.
    """
    asked = sa.or_(*(jobs.c.request.contains(model_to_json(model), autoescape=True) for model in models))
    open_ = (jobs.c.kind == kind, jobs.c.state.in_(_OPEN), asked)
    number: int = connection.scalar(sa.select(sa.func.count()).where(*open_)) or 0
    made = sa.select(sa.func.count()).where(job_rows.c.job_id == jobs.c.id).scalar_subquery()
    runs = sa.select(jobs.c.request, made).where(*open_, jobs.c.request.contains(work_to_json("rows")))
    left: list[int] = [json.loads(request)["work"]["rows"] - done for request, done in connection.execute(runs)]
    return number + sum(max(rows, 0) - 1 for rows in left)


def mean_usd(connection: Connection, kind: Kind) -> float:
    """What the latest requests of a kind cost at the mean, of those that cost money; 0 if there was none yet.

    A run over a table is none of them, but where there was no other, a row of the latest is the measure.
    """
    paid = (table.c.kind == kind, table.c.cost_usd.is_not(None))
    latest = sa.select(table.c.cost_usd).where(*paid, _ENDED, ~_OF_TABLE).order_by(table.c.at.desc()).limit(MEASURED)
    mean = connection.scalar(sa.select(sa.func.avg(latest.subquery().c.cost_usd)))
    if mean is None:
        rows = sa.select(sa.func.count()).where(job_rows.c.job_id == table.c.job_id).scalar_subquery()
        runs = sa.select(sa.func.sum(table.c.cost_usd) / rows).where(*paid, _OF_TABLE).group_by(table.c.job_id)
        mean = connection.scalar(runs.order_by(sa.func.max(table.c.at).desc()).limit(1))
    return float(mean or 0.0)


def run_s(connection: Connection, kind: Kind) -> float | None:
    """What the latest requests of a kind took at the mean, runs over tables aside; None if there was none yet."""
    measured = (table.c.kind == kind, table.c.run_s > 0, _ENDED, ~_OF_TABLE)
    latest = sa.select(table.c.run_s).where(*measured).order_by(table.c.at.desc())
    mean = connection.scalar(sa.select(sa.func.avg(latest.limit(MEASURED).subquery().c.run_s)))
    return None if mean is None else float(mean)


def summed(connection: Connection, by: By, since: float, until: float, days: Sequence[float]) -> list[UsageSum]:
    """Sums over [since, until), ordered by group; `days` are the beginnings of days, where they are asked for."""
    groups: tuple[sa.ColumnElement[Any], ...] = _GROUPS[by]
    if by is By.DAY:
        groups = (sa.case(*((table.c.at >= day, day) for day in sorted(days or [since], reverse=True)), else_=since),)
    named = [column.label(f"group_{number}") for number, column in enumerate(groups)]
    sums = [
        _sum(sa.case((_ENDED, 1), else_=0)).label("jobs"),
        _sum(sa.case((table.c.state == State.SUCCEEDED, 1), else_=0)).label("succeeded"),
        *(_sum(table.c[name]).label(name) for name in ("prompt_tokens", "completion_tokens", "images", "run_s")),
        sa.func.sum(table.c.cost_usd).label("cost_usd"),
    ]
    found = sa.select(*named, *sums).where(table.c.at >= since, table.c.at < until).group_by(*named)
    return [_usage_sum(row, len(named)) for row in connection.execute(found.order_by(*named)).mappings()]


def first_notice(connection: Connection, name: str, at: float) -> bool:
    """True for the first who asks; nobody else is to say it."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(notices).values(name=name, at=at).on_conflict_do_nothing().returning(notices.c.name)
    return connection.scalar(statement) is not None


def forget_notice(connection: Connection, name: str) -> None:
    connection.execute(sa.delete(notices).where(notices.c.name == name))


def _within(rows: sa.Table, scope: Scope, origin: Origin) -> list[sa.ColumnElement[bool]]:
    match scope:
        case Scope.USER:
            return [rows.c.workspace == origin.workspace, rows.c.requester == origin.user]
        case Scope.CHANNEL:
            return [rows.c.channel == origin.channel]
        case _:
            return [rows.c.workspace == origin.workspace]


def _sum(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(column), 0)


def _usage_sum(row: RowMapping, groups: int) -> UsageSum:
    values = {name: row[name] for name in UsageSum.__slots__ if name != "group"}
    return UsageSum(tuple(str(row[f"group_{number}"]) for number in range(groups)), **values)
