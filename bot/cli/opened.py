"""Opens the job store that the settings name, for as long as a command needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.adapters.job_store import SqlJobStore
    from engine.settings import EngineSettings


@contextmanager
def opened_store() -> Iterator[tuple[SqlJobStore, EngineSettings]]:
    """The store and the settings. Raises StoreUnavailable."""
    from engine.adapters import factory
    from engine.settings import EngineSettings

    settings = EngineSettings()
    with closing(factory.store(settings)) as store:
        yield store, settings
