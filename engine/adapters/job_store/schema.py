"""Brings a database to the newest schema, whoever else does so at the same moment, or back to an older one."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection, make_url

from engine.adapters.job_store.database import Database
from engine.errors import ConfigurationError

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 0x41494743
"""The advisory lock's key: "AIGC"."""

_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)


def migrate(url: str) -> None:
    """Run the migrations that are missing, in one transaction that excludes all others.

    Raises StoreUnavailable, and ConfigurationError for a URL of another database and for a schema that this version
    does not know.
    """
    from alembic import command

    with _locked(url) as (connection, config):
        if _current(connection) != newest():
            command.upgrade(config, "head")


def downgrade(url: str, to: str) -> None:
    """Undo the migrations after `to`, in one transaction. Raises StoreUnavailable and ConfigurationError."""
    from alembic import command

    with _locked(url) as (connection, config):
        before = known()[: known().index(_current(connection)) + 1] if _current(connection) else []
        if to not in before:
            raise ConfigurationError(f"there is no schema {to} to go back to; there are: {', '.join(before)}")
        command.downgrade(config, to)


def revision(url: str) -> str:
    """The schema that the database has, which this version may not know; "" for an empty database.

    Raises StoreUnavailable and ConfigurationError.
    """
    database = Database(url)
    try:
        with database.read() as connection:
            return _revision(connection)
    finally:
        database.close()


def known() -> list[str]:
    """The schemas that this version knows, oldest first."""
    from alembic.script import ScriptDirectory

    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def newest() -> str:
    return known()[-1]


def in_use(url: str) -> bool:
    """Whether another process, or another store in this one, is connected. Raises StoreUnavailable."""
    database = Database(url)
    try:
        if database.sqlite:
            return _sqlite_in_use(make_url(url).database or "")
        with database.read() as connection:
            return bool(connection.scalar(sa.text(_OTHERS)))
    finally:
        database.close()


def _sqlite_in_use(path: str) -> bool:
    """To leave WAL mode takes the file for oneself (sqlite.org/wal.html, section 3); the next to open goes back."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=0.0)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").fetchall()
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    return False


@contextmanager
def _locked(url: str) -> Iterator[tuple[Connection, Config]]:
    """A transaction beside which nobody else migrates, in a database whose schema is known or empty."""
    database = Database(url)
    try:
        with database.write() as connection:
            if not database.sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            config = _config()
            config.attributes["connection"] = connection
            _current(connection)
            yield connection, config
    finally:
        database.close()


def _current(connection: Connection) -> str:
    """Raises ConfigurationError if this version does not know it."""
    current = _revision(connection)
    if current and current not in known():
        raise ConfigurationError(
            f"The database has schema {current}, which a newer version of AIGC made; this one knows {newest()} and "
            f"older. Install that version again, or have it run: aigc database downgrade {newest()}"
        )
    return current


def _revision(connection: Connection) -> str:
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(sa.text("SELECT version_num FROM alembic_version")) or ""


def _config() -> Config:
    logging.getLogger("alembic").setLevel(logging.WARNING)  # or it announces each of its plugins
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "engine.adapters.job_store:migrations")
    return config
