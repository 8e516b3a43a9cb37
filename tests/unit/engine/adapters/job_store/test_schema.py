"""The migrations make the tables that the code expects, whoever runs them when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.adapters.job_store import SqlJobStore, migrate
from engine.adapters.job_store.database import BUSY_TIMEOUT_S, Database
from engine.adapters.job_store.schema import downgrade, in_use, newest, revision
from engine.errors import ConfigurationError, StoreUnavailable
from tests.support.databases import differences
from tests.support.jobs import new_job
from tests.unit.engine.conftest import MakeStore


def test_the_migrations_make_what_the_tables_say(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        assert differences(connection) == []
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


def test_a_schema_of_a_newer_version_is_refused_with_what_to_run(empty_url: str) -> None:
    migrate(empty_url)
    engine = sa.create_engine(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    assert revision(empty_url) == "9999"
    with pytest.raises(ConfigurationError, match=f"9999.*aigc database downgrade {newest()}"):
        migrate(empty_url)
    with pytest.raises(ConfigurationError, match="9999"):
        downgrade(empty_url, "0001")


def test_an_empty_database_has_no_schema(empty_url: str) -> None:
    assert revision(empty_url) == ""
    with pytest.raises(ConfigurationError, match="no schema 0001"):
        downgrade(empty_url, "0001")


@pytest.mark.parametrize("to", ["", "base", "9999", "-1"])
def test_there_is_no_way_back_to_what_never_was(url: str, to: str) -> None:
    with pytest.raises(ConfigurationError, match="no schema"):
        downgrade(url, to)
    assert revision(url) == newest()


def test_who_is_connected_is_seen(url: str, open_store: MakeStore) -> None:
    assert not in_use(url)
    store = open_store()
    store.add([new_job("a")])
    assert in_use(url)
    store.close()
    assert not in_use(url)
    assert store.get("a") is not None


def test_sqlite_waits_its_turn_keeps_its_references_and_loses_nothing_when_the_machine_does(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'jobs.db'}")
    with database.read() as connection:
        asked = ("journal_mode", "busy_timeout", "foreign_keys", "synchronous")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
    database.close()
    assert found == ["wal", BUSY_TIMEOUT_S * 1000, 1, 2]
