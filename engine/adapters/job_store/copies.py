"""Copies a whole database into one file while it is in use, and back from it.

SQLite by VACUUM INTO (sqlite.org/lang_vacuum.html), which leaves out what was deleted; PostgreSQL by its own pg_dump,
pg_restore and psql. Each reads one consistent state.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from engine.adapters.job_store.database import BUSY_TIMEOUT_S, Database
from engine.adapters.job_store.schema import in_use, known, revision
from engine.adapters.job_store.tables import metadata
from engine.errors import ConfigurationError, StoreFull, StoreUnavailable

SQLITE, POSTGRESQL = "aigc.db", "aigc.dump"
"""The copy's name says of which database it is."""

BEFORE = ".before-restore"
"""The end of the name of a SQLite file that was replaced; a number follows where there is one already."""


def dump(url: str, folder: Path) -> str:
    """Copy the database into `folder`; the file's name. Raises StoreUnavailable, StoreFull, ConfigurationError."""
    if not _is_sqlite(url):
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={folder / POSTGRESQL}", url=url)
        return POSTGRESQL
    try:
        with closing(sqlite3.connect(f"file:{_path(url)}?mode=rw", uri=True, timeout=BUSY_TIMEOUT_S)) as connection:
            connection.execute("VACUUM INTO ?", (str(folder / SQLITE),))
    except sqlite3.Error as error:
        full = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
        raise (StoreFull if full else StoreUnavailable)(f"the database cannot be copied: {error}") from error
    _sync(folder / SQLITE)
    return SQLITE


def load(url: str, folder: Path, *, replace: bool) -> None:
    """Make the database what the copy in `folder` is.

    Raises ConfigurationError if it is of the other database or damaged, if the database is in use, or if it has
    anything in it and not `replace`, or is a PostgreSQL of a newer version of AIGC; StoreUnavailable.
    """
    copy = folder / (SQLITE if _is_sqlite(url) else POSTGRESQL)
    if not copy.exists():
        raise ConfigurationError(f"{folder} holds no {copy.name}: it is no backup, or one of another kind of database")
    if in_use(url):
        raise ConfigurationError("The database is in use: stop every process of AIGC first.")
    empty = is_empty(url)
    if not (empty or replace):
        raise ConfigurationError("There are requests in the database already, which a restore replaces: --force")
    if not _is_sqlite(url):
        _replace_tables(url, copy)
        return
    _check(copy)
    _put_in_place(copy, Path(_path(url)), keep=not empty)


def is_empty(url: str) -> bool:
    """Whether there is neither a job nor an entry of the audit log. Raises StoreUnavailable and ConfigurationError."""
    database = Database(url)
    try:
        with database.read() as connection:
            there = set(sa.inspect(connection).get_table_names()) & {"jobs", "audit_log"}
            tables = [sa.table(name) for name in there]
            return not any(connection.scalar(sa.select(sa.exists(sa.select(1).select_from(t)))) for t in tables)
    finally:
        database.close()


def _replace_tables(url: str, copy: Path) -> None:
    """In one transaction: pg_restore drops what is in the copy only, and a newer schema has tables beside that."""
    found = revision(url)
    if found and found not in known():
        raise ConfigurationError(
            f"The database has schema {found}, which a newer version of AIGC made: restore with that version, "
            "or into an empty database."
        )
    tables = ", ".join((*metadata.tables, "alembic_version"))
    drop = (f"DROP TABLE IF EXISTS {tables}", "DROP FUNCTION IF EXISTS audit_log_guard()")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "restore.sql"
        _run("pg_restore", "--exit-on-error", "--clean", "--if-exists", "--no-owner", f"--file={script}", str(copy))
        how = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        commands = ("SET client_min_messages = warning", *drop)
        _run("psql", *how, *(f"--command={command}" for command in commands), f"--file={script}", url=url)


def _put_in_place(copy: Path, target: Path, *, keep: bool) -> None:
    """Whole or not at all, so that there always is a database. What had anything in it stays beside the new one."""
    temporary = target.with_name(f"{target.name}.part")
    shutil.copyfile(copy, temporary)
    _sync(temporary)
    if keep:
        _keep(target)
    for end in ("-wal", "-shm"):  # of the file that was replaced
        target.with_name(target.name + end).unlink(missing_ok=True)
    temporary.replace(target)
    _sync(target.parent)


def _keep(target: Path) -> None:
    """Under a second name that nothing has."""
    for number in itertools.count(1):
        second = target.with_name(f"{target.name}{BEFORE}" + (f"-{number}" if number > 1 else ""))
        if second.exists():
            continue
        try:
            second.hardlink_to(target)
        except OSError:  # a file system without links
            shutil.copyfile(target, second)
            _sync(second)
        _sync(target.parent)
        return


def _check(copy: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        found = str(error)
    if found != "ok":
        raise ConfigurationError(f"{copy} is damaged: {found}")


def _run(program: str, *arguments: str, url: str = "") -> None:
    """With the database at `url`, if any."""
    if shutil.which(program) is None:
        raise ConfigurationError(
            f"{program} is not on this machine. Install PostgreSQL's client programs of the server's version or newer, "
            "or copy the database with pg_dump where they are, and the artifacts with it."
        )
    where, environment = _where(url) if url else ((), {})
    command = [program, *where, *arguments]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StoreUnavailable(f"{program}: {done.stderr.strip().splitlines()[-1] if done.stderr else 'failed'}")


def _where(url: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """Arguments and environment; by this the password goes: everybody sees a command line."""
    where = make_url(url)
    plain = where.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    return (f"--dbname={plain}",), {"PGPASSWORD": str(where.password)} if where.password else {}


def _is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def _path(url: str) -> str:
    return make_url(url).database or ""


def _sync(path: Path) -> None:
    """A file's content, or the names in a folder."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
