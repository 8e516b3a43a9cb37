"""Databases for tests, SQLite and PostgreSQL alike: made and migrated once, then wiped for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from engine.adapters.job_store import migrate
from engine.adapters.job_store.tables import metadata
from tests.support.postgres import postgres


def differences(connection: Connection) -> list[Any]:
    """Between the tables that are there and those that the code sees; what finds words has no place in the code's."""

    def compared(_: Any, name: str | None, kind: str, *__: Any) -> bool:
        return not (kind == "table" and is_search(name)) and name != "ix_knowledge_words"

    context = MigrationContext.configure(connection, opts={"include_object": compared})
    return list(compare_metadata(context, metadata))


def is_search(table: str | None) -> bool:
    """Whether a table is one of those that SQLite's FTS5 keeps for the knowledge base."""
    return (table or "").startswith("knowledge_words")


class SqliteFolder:
    """A file for each test, copied from one that was migrated before."""

    def __init__(self, folder: Path) -> None:
        self._migrated = folder / "migrated.db"

    def empty(self, folder: Path) -> str:
        """The URL of a database without a table."""
        return f"sqlite:///{folder / 'jobs.db'}"

    def clean(self, folder: Path) -> str:
        """The URL of a database with tables and nothing in them."""
        if not self._migrated.exists():
            migrate(f"sqlite:///{self._migrated}")
        for left in folder.glob("jobs.db*"):  # a journal that stayed would be taken for this one's
            left.unlink()
        shutil.copyfile(self._migrated, folder / "jobs.db")
        return self.empty(folder)


class PostgresServer:
    """One database of one server for all tests: making another takes longer than most tests do."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self._migrated = False

    def empty(self) -> str:
        """Without a table."""
        self._migrated = False
        with self._alone() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        return self.url

    def clean(self) -> str:
        """With tables and nothing in them."""
        if not self._migrated:
            self.empty()
            migrate(self.url)
            self._migrated = True
            return self.url
        tables = ", ".join(metadata.tables)
        with self._alone() as connection:
            connection.exec_driver_sql("SET session_replication_role = replica")  # or the audit log would refuse
            connection.exec_driver_sql(f"TRUNCATE {tables} RESTART IDENTITY")
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")
        return self.url

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """A connection beside which there is no other: a test that failed may have left some, with locks."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            yield connection


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    with postgres() as url:
        server = PostgresServer(url)
        try:
            yield server
        finally:
            server.close()
