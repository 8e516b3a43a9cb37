"""Makes each adapter from the settings; used by every process's bootstrap, so it imports no model library."""

from __future__ import annotations

from engine.adapters.artifact_store import FsspecArtifactStore
from engine.adapters.celery_queue import CeleryQueue, make_celery
from engine.adapters.job_store import SqlJobStore, migrate
from engine.adapters.passage_store import SqlPassageStore
from engine.adapters.redis_progress import RedisProgressBoard, connect
from engine.ports import Catalogue
from engine.settings import EngineSettings
from engine.timing import Timing


def database_url(settings: EngineSettings) -> str:
    """The configured URL, or SQLite in the data folder."""
    return settings.database_url or f"sqlite:///{settings.data_dir.absolute() / 'aigc.db'}"


def store(settings: EngineSettings) -> SqlJobStore:
    """The job store with its schema up to date. Raises StoreUnavailable, ConfigurationError."""
    if not settings.database_url:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    url = database_url(settings)
    migrate(url)
    return SqlJobStore(url, timing=Timing.of(settings))


def passages(settings: EngineSettings) -> SqlPassageStore:
    """The store of the knowledge base, in the same database, whose schema is up to date. Connects at first use."""
    return SqlPassageStore(database_url(settings))


def catalogue(settings: EngineSettings) -> Catalogue:
    """The documents of the knowledge base, for a process that searches nothing. Raises StoreUnavailable."""
    return SqlPassageStore(database_url(settings), searches=False)


def queue(settings: EngineSettings) -> CeleryQueue:
    """For processes that only send; one that receives makes its own app with `make_celery`."""
    return CeleryQueue(make_celery(settings))


def progress(settings: EngineSettings) -> RedisProgressBoard:
    return RedisProgressBoard(connect(settings.redis_url))


def artifacts(settings: EngineSettings) -> FsspecArtifactStore:
    return FsspecArtifactStore(settings.artifact_url or f"file://{settings.data_dir.absolute() / 'artifacts'}")
