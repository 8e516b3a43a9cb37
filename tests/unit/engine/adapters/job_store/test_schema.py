"""The migrations make the tables that the code expects, whoever runs them when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engine.adapters.job_store import SqlJobStore, migrate
from engine.adapters.job_store.tables import metadata
from engine.errors import ConfigurationError, StoreUnavailable
from tests.support.jobs import new_job


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
