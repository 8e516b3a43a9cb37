"""Transactions on SQLite or PostgreSQL, with the driver's errors told as StoreUnavailable."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from engine.errors import ConfigurationError, StoreFull, StoreUnavailable

BUSY_TIMEOUT_S = 30.0
"""How long one process waits for another's write to SQLite, unless told otherwise: as long as a migration takes."""

CONNECT_TIMEOUT_S = 5

_UNAVAILABLE = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError, exc.DisconnectionError, exc.InternalError)


class Database:
    """A pool of connections; no connection is made before the first transaction."""

    def __init__(self, url: str, wait_s: float = BUSY_TIMEOUT_S) -> None:
        """`wait_s` is how long one process waits for another's write to SQLite.

        Raises ConfigurationError for a URL that names neither database.
        """
        self.engine = _create(url, wait_s)
        self.sqlite = self.engine.dialect.name == "sqlite"
        # SQLite has one writer at a time, and waits by sleeping ever longer: within a process a lock is quicker.
        self._turn: AbstractContextManager[Any] = threading.Lock() if self.sqlite else nullcontext()
        self._writing = self.engine.execution_options(aigc_write=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent picture on SQLite; on PostgreSQL each statement sees its own. Raises StoreUnavailable."""
        with _translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """All or nothing, durable on leaving. Raises StoreUnavailable."""
        with _translated(), self._turn, self._writing.begin() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except _UNAVAILABLE as error:
        reason = error.orig if isinstance(error, exc.DBAPIError) else error  # str(error) would show the row
        said = f"the database cannot be used: {type(reason).__name__}: {reason}"
        raise (StoreFull if _is_full(reason) else StoreUnavailable)(said) from reason


def _is_full(reason: BaseException | None) -> bool:
    """By SQLite's result code or PostgreSQL's, postgresql.org/docs/current/errcodes-appendix.html."""
    sqlite_full = getattr(reason, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return sqlite_full or getattr(reason, "sqlstate", None) == "53100"


def _create(url: str, wait_s: float) -> sa.Engine:
    try:
        dialect = make_url(url).get_backend_name()
    except exc.ArgumentError as error:
        raise ConfigurationError("AIGC_DATABASE_URL is no SQLAlchemy URL") from error
    match dialect:
        case "sqlite":
            return _sqlite(url, wait_s)
        case "postgresql":
            arguments = {"connect_timeout": CONNECT_TIMEOUT_S}
            return sa.create_engine(
                make_url(url).set(drivername="postgresql+psycopg"),
                pool_size=8,
                max_overflow=24,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args=arguments,
            )
        case _:
            raise ConfigurationError("AIGC_DATABASE_URL must begin with sqlite: or postgresql:")


def _sqlite(url: str, wait_s: float) -> sa.Engine:
    engine = sa.create_engine(url, pool_size=8, max_overflow=24, hide_parameters=True, connect_args={"timeout": wait_s})

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # begin ourselves: the driver would begin too late for a read-then-write
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        _use_wal(cursor, wait_s)
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("aigc_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _use_wal(cursor: sqlite3.Cursor, wait_s: float) -> None:
    """Readers beside a writer. The file remembers it; but for this one change SQLite does not wait its turn."""
    deadline = time.monotonic() + wait_s
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
