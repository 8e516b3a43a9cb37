"""A database without space says so, keeps what it has, and goes on once there is space."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.adapters.job_store import SqlJobStore, migrate
from engine.errors import StoreFull
from tests.support.jobs import new_job
from tests.support.small_disk import small_disk

LARGE = "steel " * 1300


def filled(store: SqlJobStore) -> list[str]:
    """Ids of the jobs that went in before there was no more space."""
    stored: list[str] = []
    for number in range(2000):
        try:
            store.add([new_job(f"j{number}", LARGE)])
        except StoreFull:
            return stored
        stored.append(f"j{number}")
    raise AssertionError("it never was full")


def whole(path: Path) -> bool:
    with sqlite3.connect(path) as connection:
        found: str = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    return found == "ok"


@pytest.fixture
def disk() -> Iterator[Path]:
    with small_disk(2 * 1024 * 1024) as folder:
        yield folder


def test_sqlite_on_a_disk_that_is_full(disk: Path) -> None:
    ballast = disk / "ballast"
    ballast.write_bytes(b"\0" * 512 * 1024)
    url = f"sqlite:///{disk / 'jobs.db'}"
    migrate(url)
    store = SqlJobStore(url)
    stored = filled(store)
    assert stored
    assert all(store.get(job_id) is not None for job_id in stored)
    assert store.get(f"j{len(stored)}") is None
    ballast.unlink()
    assert store.add([new_job("after")])[0].created
    store.close()
    assert whole(disk / "jobs.db")


def test_sqlite_at_its_own_limit(tmp_path: Path) -> None:
    path = tmp_path / "jobs.db"
    migrate(f"sqlite:///{path}")
    store = SqlJobStore(f"sqlite:///{path}")

    @sa.event.listens_for(store._database.engine, "connect")
    def limit(connection: Any, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 120")

    stored = filled(store)
    assert all(store.get(job_id) is not None for job_id in stored)
    store.close()
    assert whole(path)


def test_postgresql_on_a_disk_that_is_full(url: str, store: SqlJobStore) -> None:
    if url.startswith("sqlite"):
        pytest.skip("above")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"
        )
        connection.exec_driver_sql("CREATE TRIGGER full_disk BEFORE INSERT ON jobs EXECUTE FUNCTION full_disk()")
    try:
        with pytest.raises(StoreFull):
            store.add([new_job("a", LARGE)])
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP FUNCTION full_disk() CASCADE")
    assert store.get("a") is None
    assert store.add([new_job("a", LARGE)])[0].created
