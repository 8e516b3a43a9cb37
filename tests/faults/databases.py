"""The two databases that the product runs on, and how each becomes unavailable for a while."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from tests.support.postgres import RunningPostgres, running_postgres

Name = Literal["sqlite", "postgres"]


class Database(Protocol):
    """An empty database; `url` is what AIGC_DATABASE_URL wants."""

    @property
    def url(self) -> str: ...

    def away(self) -> AbstractContextManager[None]:
        """Nothing can be written meanwhile."""

    def writable(self) -> bool:
        """Whether nobody holds up all others: a process that stands still in the middle of a write would."""


@dataclass(frozen=True, slots=True)
class Sqlite:
    """A file; it is away while somebody else has the right to write to it and does not let go."""

    path: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    @contextmanager
    def away(self) -> Iterator[None]:
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")
        finally:
            connection.close()

    def writable(self) -> bool:
        connection = sqlite3.connect(self.path, timeout=1, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return False
        finally:
            connection.close()
        return True


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server; it is away when it is shut down in the middle of everything."""

    server: RunningPostgres

    @property
    def url(self) -> str:
        return self.server.url

    @contextmanager
    def away(self) -> Iterator[None]:
        self.server.stop()
        try:
            yield
        finally:
            self.server.start()

    def writable(self) -> bool:
        return True


@contextmanager
def database(name: Name, folder: Path) -> Iterator[Database]:
    if name == "sqlite":
        yield Sqlite(folder / "aigc.db")
    else:
        with running_postgres() as server:
            yield Postgres(server)
