"""Jobs in a SQL database: SQLite for one machine, PostgreSQL for many."""

from engine.adapters.job_store.schema import migrate
from engine.adapters.job_store.store import SqlJobStore

__all__ = ["SqlJobStore", "migrate"]
