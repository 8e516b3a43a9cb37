"""Puts a worker's parts together: the one place that knows which adapter stands behind which port."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from celery import Celery

from engine.adapters import factory
from engine.adapters.backend_registry import BackendRegistry
from engine.adapters.celery_queue import CeleryQueue, make_celery
from engine.adapters.redis_progress import connect
from engine.adapters.worker_board import WorkerBoard
from engine.ports import SafetyFilter
from engine.service import Engine, Limits
from engine.settings import EngineSettings


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a worker process holds."""

    engine: Engine
    backends: BackendRegistry
    celery: Celery
    board: WorkerBoard


@contextmanager
def build_worker(settings: EngineSettings, safety: SafetyFilter | None = None) -> Iterator[Workplace]:
    """Everything connected and the safety filter ready; no model loaded yet. Closes what it opened.

    `safety` replaces the filter of the settings. Raises StoreUnavailable and ConfigurationError.
    """
    if safety is None:
        from engine.safety import build_safety  # loads classifiers

        safety = build_safety(settings)
    store = factory.store(settings)
    backends = BackendRegistry(settings)
    celery = make_celery(settings)
    owner = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
    engine = Engine(
        store=store,
        backends=backends,
        safety=safety,
        artifacts=factory.artifacts(settings),
        queue=CeleryQueue(celery),
        progress=factory.progress(settings),
        owner=owner,
        limits=Limits(settings.lease_s, settings.job_timeout_s, settings.max_attempts),
    )
    try:
        yield Workplace(engine, backends, celery, WorkerBoard(connect(settings.redis_url), owner))
    finally:
        engine.close()
        backends.close()
        celery.close()
        store.close()
