"""The migrations make the tables that the code expects, whoever runs them when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from engine.adapters.job_store import SqlJobStore, migrate
from engine.adapters.job_store.codec import new_row
from engine.adapters.job_store.tables import metadata
from engine.domain.audit import of_verdict
from engine.domain.job import Delivery, State
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.errors import ConfigurationError, StoreUnavailable
from tests.support.jobs import new_job
from tests.support.reviews import held, verdict


def test_the_migrations_make_what_the_tables_say(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_many_processes_may_migrate_at_once(empty_url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(migrate, [empty_url] * 12))
    store = SqlJobStore(empty_url)
    assert store.add([new_job("a")])[0].created
    store.close()


def test_migrating_keeps_what_is_there(url: str, store: SqlJobStore) -> None:
    store.add([new_job("a")])
    migrate(url)
    assert store.get("a") is not None


@pytest.mark.parametrize("url", ["sqlite:////no/such/folder/jobs.db", "postgresql+psycopg://u:hunter2@127.0.0.1:1/x"])
def test_a_database_that_cannot_be_reached_is_unavailable_and_keeps_its_password(url: str) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        SqlJobStore(url).add([new_job("a", "a very private prompt")])
    assert "hunter2" not in str(caught.value)
    assert "private" not in str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/name"])
def test_another_database_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(ConfigurationError, match="AIGC_DATABASE_URL"):
        SqlJobStore(url)


def test_an_older_database_is_brought_up_with_what_is_in_it_and_back(empty_url: str) -> None:
    step(empty_url, "0001")
    engine = sa.create_engine(empty_url)
    old = sa.Table("deliveries", sa.MetaData(), autoload_with=engine)
    assert "audience" not in old.c
    with engine.begin() as connection:
        accept(connection, "a")
        shown = {"job_id": "a", "channel": "C1", "thread": "1.1", "message": "1.1", "files": "{}", "shown": "x"}
        connection.execute(sa.insert(old).values(**shown, done=True, again=False))
    migrate(empty_url)
    store = SqlJobStore(empty_url)
    assert store.delivery("a") == Delivery("a", "1.1", {}, "x", True)
    store.claim("a", "worker", 30)
    entry = of_verdict(store.add([new_job("a")])[0].job, verdict(), 1.0)
    assert store.finish("a", "worker", State.HELD, held(), [entry])
    store.close()
    step(empty_url, "0001")
    with engine.connect() as connection:
        assert [tuple(row) for row in connection.exec_driver_sql("SELECT job_id, message FROM deliveries")] == [
            ("a", "1.1")
        ]
        assert connection.exec_driver_sql("SELECT state FROM jobs").scalar() == "refused"
        assert not sa.inspect(connection).has_table("audit_log")
    migrate(empty_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_record_of_what_was_made_comes_and_goes_under_what_is_there(empty_url: str) -> None:
    step(empty_url, "0002")
    engine = sa.create_engine(empty_url)
    with engine.begin() as connection:
        accept(connection, "before")
    engine.dispose()
    migrate(empty_url)
    store = SqlJobStore(empty_url)
    assert store.claim("before", "worker", 30)
    made = Result((Artifact(ArtifactKind.TEXT, 0, 5, text="A bottle made of steel, for a whole life outdoors."),))
    assert store.finish("before", "worker", State.SUCCEEDED, made)
    assert store.provenance.of_job("before", "T1") is not None
    step(empty_url, "0002")
    migrate(empty_url)
    kept = store.get("before")
    assert kept is not None
    assert kept.result == made
    assert store.provenance.of_job("before", "T1") is None
    store.close()


def test_what_waits_while_turns_come_keeps_its_order_before_what_comes_later(empty_url: str) -> None:
    step(empty_url, "0003")
    engine = sa.create_engine(empty_url)
    with engine.begin() as connection:
        for number, name in enumerate(("first", "second", "third")):
            accept(connection, name, created_at=100.0 + number)
    engine.dispose()
    migrate(empty_url)
    store = SqlJobStore(empty_url)
    later = store.add([new_job("later", created_at=200.0)])[0].job
    assert store.position(later) == 3
    taken = [store.take_turn("later", f"worker {number}", 30) for number in range(4)]
    assert [job.id for job in taken if job] == ["first", "second", "third", "later"]
    store.close()


def accept(connection: sa.Connection, job_id: str, created_at: float = 100.0) -> None:
    """Store a job as a program of that time did, whose table had fewer columns."""
    table = sa.Table("jobs", sa.MetaData(), autoload_with=connection)
    row = new_row(new_job(job_id, created_at=created_at), job_id, 1, created_at)
    connection.execute(sa.insert(table).values({name: value for name, value in row.items() if name in table.c}))


def step(url: str, to: str) -> None:
    """Migrate up or down to one revision."""
    config = Config()
    config.set_main_option("script_location", "engine.adapters.job_store:migrations")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        if sa.inspect(connection).has_table("jobs"):
            command.downgrade(config, to)
        else:
            command.upgrade(config, to)
    engine.dispose()
