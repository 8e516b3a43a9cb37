"""Every migration, up and down, with something in every table: what both schemas have room for stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.dialects.postgresql import BIT

from engine.adapters.job_store import SqlJobStore, migrate
from engine.adapters.job_store.codec import new_row, request_to_json, result_to_json
from engine.adapters.job_store.schema import _locked, downgrade, known, newest, revision
from engine.adapters.job_store.tables import SIGNATURE_BITS
from engine.domain.job import Audience, Delivery, NewJob, State
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.domain.work import Drafting, ForEachRow, FromRecipe, Learning, Looking, Purpose, Said, Sending, Work
from engine.errors import StoreUnavailable
from tests.support.databases import differences, is_search
from tests.support.jobs import new_job

Rows = dict[str, list[dict[str, Any]]]
"""By table."""

MEANT = {
    "kind": "copy",
    "state": "succeeded",
    "audience": "requester",
    "event": "verdict",
    "request": request_to_json(new_job("x").request),
    "result": result_to_json(Result((Artifact(ArtifactKind.TEXT, 0, 5, "Steel."),))),
    "files": "{}",
    "findings": "[]",
    "forgotten_at": None,
}
"""Columns in which not everything makes sense."""


def up(url: str, to: str) -> None:
    with _locked(url) as (_, config):
        command.upgrade(config, to)


def tables(connection: sa.Connection) -> list[sa.Table]:
    """As they are, those first that others refer to."""
    found = sa.MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version" and not is_search(table.name)]


def read(url: str) -> Rows:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        rows = {t.name: [dict(row) for row in connection.execute(sa.select(t)).mappings()] for t in tables(connection)}
    engine.dispose()
    return rows


def fill(url: str, name: str) -> None:
    """One row in every table, all of the job `name`."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for table in tables(connection):
            row = {c.name: referred(connection, c) or value(c, name) for c in table.c if wanted(c)}
            connection.execute(sa.insert(table).values(**row))
    engine.dispose()


def wanted(column: sa.Column[Any]) -> bool:
    """All but numbers that the database counts by itself."""
    return not (column.primary_key and isinstance(column.type, sa.Integer) and not column.foreign_keys)


def referred(connection: sa.Connection, column: sa.Column[Any]) -> int | None:
    """The newest number that a column of numbers can refer to."""
    if not (column.foreign_keys and isinstance(column.type, sa.Integer)):
        return None
    (key,) = column.foreign_keys
    newest_one: int | None = connection.scalar(sa.select(sa.func.max(key.column)))
    return newest_one


def value(column: sa.Column[Any], name: str) -> Any:
    if column.name in MEANT:
        return MEANT[column.name]
    match column.type:
        case sa.Boolean():
            return True
        case sa.Integer():
            return 7
        case sa.Float():
            return 1234.5
        case BIT():
            return "0" * SIGNATURE_BITS
        case sa.LargeBinary():
            return name.encode()
        case _:
            return name


def assert_kept(before: Rows, after: Rows) -> None:
    """What was there is there, in the columns that both have."""
    for table in before.keys() & after.keys():
        columns = after[table][0].keys() if after[table] else set()
        for row in before[table]:
            kept = {name: row[name] for name in row.keys() & columns}
            assert any(kept.items() <= other.items() for other in after[table]), table


def assert_newest(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        assert differences(connection) == []
    engine.dispose()


def test_up_and_down_and_up_again_with_something_in_every_table(empty_url: str) -> None:
    steps = known()
    for step in steps:
        before = read(empty_url)
        up(empty_url, step)
        assert_kept(before, read(empty_url))
        fill(empty_url, f"s{step}")
    assert_newest(empty_url)
    store = SqlJobStore(empty_url)
    jobs = {step: store.get(f"s{step}") for step in steps}
    assert all(job is not None and job.result is not None for job in jobs.values())
    assert {delivery.message for delivery in map(store.delivery, (f"s{step}" for step in steps))} == {
        f"s{step}" for step in steps
    }
    store.close()
    for step in reversed(steps[:-1]):
        before = read(empty_url)
        downgrade(empty_url, step)
        assert revision(empty_url) == step
        assert_kept(before, read(empty_url))
    oldest = read(empty_url)
    assert {row["id"] for row in oldest["jobs"]} == {f"s{step}" for step in steps}
    migrate(empty_url)
    assert_kept(oldest, read(empty_url))
    assert_newest(empty_url)


def test_a_search_is_no_job_to_a_version_that_knows_of_none(empty_url: str) -> None:
    migrate(empty_url)
    store = SqlJobStore(empty_url)
    store.add([working("search", Looking('say "type": "looking"')), new_job("text", 'of "type": "looking"')])
    store.close()
    downgrade(empty_url, "0012")
    assert {row["id"] for row in read(empty_url)["jobs"]} == {"text"}


def test_a_version_without_kinds_of_work_finds_none_that_is_open(empty_url: str) -> None:
    migrate(empty_url)
    store = SqlJobStore(empty_url)
    works: dict[str, Work] = {
        "drafting": Drafting(Purpose.REPLY, (Said("U2", "How long?"),), "C1", "1.1"),
        "sending": Sending("drafting", "Two years."),
        "recipe": FromRecipe("slogan", (("product", "tea"),)),
        "rows": ForEachRow("slogan", "a.csv", 2),
        "learning": Learning((), "all"),
    }
    store.add(
        [*(working(name, work) for name, work in works.items()), working("done", works["sending"]), new_job("text")]
    )
    assert store.claim("done", "worker", 60)
    assert store.finish("done", "worker", State.SUCCEEDED, Result((Artifact(ArtifactKind.TEXT, 0, 5, "Two years."),)))
    store.close()
    downgrade(empty_url, "0007")
    assert {row["id"] for row in read(empty_url)["jobs"]} == {"done", "text"}


def working(job_id: str, work: Work) -> NewJob:
    new = new_job(job_id, "")
    return replace(new, request=replace(new.request, work=work))


def test_a_migration_that_fails_leaves_all_as_it_was(empty_url: str) -> None:
    up(empty_url, "0002")
    fill(empty_url, "a")
    engine = sa.create_engine(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE INDEX ix_provenance_job ON jobs (kind)")  # which 0003 makes after its table
    before = read(empty_url)
    with pytest.raises((StoreUnavailable, sa.exc.ProgrammingError)):
        migrate(empty_url)
    assert revision(empty_url) == "0002"
    assert read(empty_url) == before
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_provenance_job")
    engine.dispose()
    migrate(empty_url)
    assert_newest(empty_url)
    assert_kept(before, read(empty_url))


def test_what_waits_for_a_reviewer_is_refused_by_a_version_that_knows_of_none(empty_url: str) -> None:
    up(empty_url, "0002")
    fill(empty_url, "a")
    engine = sa.create_engine(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE jobs SET state = 'held'")
        deliveries = next(table for table in tables(connection) if table.name == "deliveries")
        shown = {c.name: value(c, "a") for c in deliveries.c} | {"audience": "reviewers", "message": "theirs"}
        connection.execute(sa.insert(deliveries).values(**shown))
    engine.dispose()
    downgrade(empty_url, "0001")
    rows = read(empty_url)
    assert [(row["state"], row["delivered"]) for row in rows["jobs"]] == [("refused", False)]
    assert [row["message"] for row in rows["deliveries"]] == ["a"]


def test_what_an_older_version_showed_was_for_the_requester(empty_url: str) -> None:
    up(empty_url, "0001")
    fill(empty_url, "a")
    migrate(empty_url)
    store = SqlJobStore(empty_url)
    assert store.delivery("a") == Delivery("a", "a", {}, "a", True, Audience.REQUESTER)
    assert store.delivery("a", Audience.REVIEWERS).message == ""
    job = store.get("a")
    assert job is not None
    assert job.state is State.SUCCEEDED
    assert revision(empty_url) == newest()
    store.close()


def test_what_waits_while_turns_come_keeps_its_order_before_what_comes_later(empty_url: str) -> None:
    up(empty_url, "0003")
    for number, name in enumerate(("first", "second", "third")):
        accept(empty_url, name, created_at=100.0 + number)
    migrate(empty_url)
    store = SqlJobStore(empty_url)
    later = store.add([new_job("later", created_at=200.0)])[0].job
    assert store.position(later) == 3
    taken = [store.take_turn("later", f"worker {number}", 30) for number in range(4)]
    assert [job.id for job in taken if job] == ["first", "second", "third", "later"]
    store.close()


def accept(url: str, job_id: str, created_at: float) -> None:
    """Store a job as a program of that time did, whose table had fewer columns."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        table = next(table for table in tables(connection) if table.name == "jobs")
        row = new_row(new_job(job_id, created_at=created_at), job_id, 1, created_at)
        connection.execute(sa.insert(table).values({name: value for name, value in row.items() if name in table.c}))
    engine.dispose()
