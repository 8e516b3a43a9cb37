"""Distances between vectors inside the database: sqlite-vec for SQLite, pgvector for PostgreSQL.

A vector's signs are compared first (Hamming distance, "binary quantization" in the documentation of both), of all
passages that may be read: exact for any scope, where an index of neighbours would have to guess. The few hundred
nearest are then compared in full. A process that searches again and again compares signs by itself, see held.py.
"""

from __future__ import annotations

import ctypes
import sqlite3
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection
from sqlalchemy.pool import ConnectionPoolEntry

from engine.adapters.job_store.database import Database
from engine.adapters.job_store.tables import SIGNATURE_BITS
from engine.adapters.job_store.tables import knowledge_signatures as signatures
from engine.errors import ConfigurationError

_CACHE_KIB = 32_000
_MMAP_BYTES = 2**30
_ROWS_AT_ONCE = 10_000
_LOADS_EXTENSIONS = hasattr(sqlite3.Connection, "enable_load_extension")
"""Not every Python is built so."""


def prepare(database: Database) -> None:
    """Have the distance on every connection to come. Raises ConfigurationError where it cannot be had."""
    if database.sqlite:
        if not _LOADS_EXTENSIONS:
            _load_for_the_process()
        sa.event.listen(database.engine, "connect", _prepare_sqlite)
        return
    try:
        with database.write() as connection:
            if not connection.scalar(sa.text("SELECT 1 FROM pg_extension WHERE extname = 'vector'")):
                connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS vector"))
    except (exc.ProgrammingError, exc.NotSupportedError) as error:
        raise ConfigurationError(
            "The knowledge base needs the extension pgvector in PostgreSQL: install it on the server (package "
            "postgresql-<version>-pgvector), then have an owner of the database run CREATE EXTENSION vector"
        ) from error


def hamming(database: Database) -> sa.TextClause:
    """The SQL expression of a signature's distance from the parameter `sought`."""
    if database.sqlite:
        return sa.text("vec_distance_hamming(vec_bit(bits), vec_bit(:sought))")
    return sa.text(f"bits <~> CAST(:sought AS bit({SIGNATURE_BITS}))")


def bits(database: Database, signature: bytes) -> bytes | str:
    """A signature as the database takes it: PostgreSQL as a text of 0 and 1."""
    return signature if database.sqlite else f"{int.from_bytes(signature):0{8 * len(signature)}b}"


def all_signatures(connection: Connection) -> Iterator[Sequence[Any]]:
    """Number, scope and signature of every passage, in order, in parts."""
    sent = sa.type_coerce(sa.func.substring(sa.func.bit_send(signatures.c.bits), 5), sa.LargeBinary)
    stored = signatures.c.bits if connection.dialect.name == "sqlite" else sent  # what is sent begins with its length
    wanted = sa.select(signatures.c.number, signatures.c.scope, stored).order_by(signatures.c.number)
    return connection.execute(wanted, execution_options={"yield_per": _ROWS_AT_ONCE}).partitions()


def _prepare_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    connection.execute(f"PRAGMA mmap_size={_MMAP_BYTES}")
    if _LOADS_EXTENSIONS:
        import sqlite_vec

        connection.enable_load_extension(True)
        sqlite_vec.load(connection)
        connection.enable_load_extension(False)


@cache
def _load_for_the_process() -> None:
    """Every connection from now on has it (sqlite.org/c3ref/auto_extension.html), without Python's leave."""
    import _sqlite3

    import sqlite_vec

    try:
        entry = ctypes.PyDLL(f"{sqlite_vec.loadable_path()}.so").sqlite3_vec_init
        ctypes.PyDLL(_sqlite3.__file__).sqlite3_auto_extension(ctypes.cast(entry, ctypes.c_void_p))
        connection = sqlite3.connect(":memory:")
        connection.execute("SELECT vec_version()")
        connection.close()
    except (OSError, AttributeError, sqlite3.Error) as error:
        raise ConfigurationError(
            "The knowledge base needs sqlite-vec, which this Python's SQLite cannot load: use another build of Python, "
            "or PostgreSQL (AIGC_DATABASE_URL)"
        ) from error
