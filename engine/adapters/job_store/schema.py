"""Brings a database to the newest schema, whoever else does so at the same moment."""

from __future__ import annotations

import logging

import sqlalchemy as sa

from engine.adapters.job_store.database import Database

_LOCK = 0x41494743
"""The advisory lock's key: "AIGC"."""


def migrate(url: str) -> None:
    """Run the migrations that are missing, in one transaction that excludes all others.

    Raises StoreUnavailable, and ConfigurationError for a URL of another database.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)  # or it announces each of its plugins
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "engine.adapters.job_store:migrations")
    database = Database(url)
    try:
        with database.write() as connection:
            if not database.sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        database.close()
