"""Runs a generation worker: models first, then jobs, until SIGTERM."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from engine.device import prepare_environment
from engine.domain.request import Kind
from engine.errors import ConfigurationError, ModelNotFound, PermanentError, TransientError
from engine.ports import Embedder, SafetyFilter
from engine.settings import EngineSettings
from engine.telemetry.health import Health, Probe
from engine.telemetry.monitor import watched
from engine.timing import Timing
from engine.worker.celery_app import consume, on_life
from engine.worker.leaving import Leaving
from engine.worker.tasks import register

if TYPE_CHECKING:
    from engine.bootstrap import Workplace

log = logging.getLogger(__name__)


def run(
    settings: EngineSettings,
    kinds: Sequence[Kind] = tuple(Kind),
    safety: SafetyFilter | None = None,
    embedder: Embedder | None = None,
) -> None:
    """Load the default model of each kind, then work until SIGTERM or SIGINT, or until something hangs.

    `safety` and `embedder` replace those of the settings. Raises ConfigurationError and StoreUnavailable before it
    begins, and SystemExit with a status of its own after a hang. A model that cannot be loaded does not stop the
    others: jobs that ask for it are told so.
    """
    prepare_environment(settings)
    from engine.bootstrap import build_worker  # may load what reads the environment once

    with (
        watched("generate", settings.monitor_host, settings.monitor_port, settings.traces_url) as health,
        build_worker(settings, safety, embedder) as place,
    ):
        for kind in kinds:
            _load_default(place, kind)
        register(place.celery, place.engine)
        leaving = Leaving(place.engine, Timing.of(settings))
        place.engine.pulse.on_hang = leaving.hung
        shown = (kinds, place.backends.loaded, leaving.begun)
        sign = threading.Thread(target=place.board.keep_showing, args=shown, name="sign", daemon=True)
        with on_life(ready=lambda: _announce(place, kinds, sign, health), stopping=leaving.begin):
            consume(place.celery, kinds, settings.worker_concurrency)
        leaving.begun.set()
        if sign.is_alive():
            sign.join(10)
    if leaving.status:
        sys.exit(leaving.status)


def _load_default(place: Workplace, kind: Kind) -> None:
    load = place.backends.text if kind is Kind.COPY else place.backends.image
    log.warning("loading the default model for %s", kind.value)
    try:
        load(None)
    except ConfigurationError:
        raise
    except (PermanentError, TransientError) as error:
        log.error("no model for %s, jobs will be told so: %s: %s", kind.value, type(error).__name__, error)


def _probes(place: Workplace, kinds: Sequence[Kind]) -> list[Probe]:
    """Without the broker it finishes what it has."""
    models = [Probe(f"model.{kind}", partial(_demand_default, place, kind)) for kind in kinds]
    queue = Probe("queue", lambda: place.engine.queue.waiting(kinds[0]), needed=False)
    database = Probe("database", lambda: place.engine.store.get(""))
    return [*models, Probe("heartbeat", place.engine.pulse.check), database, queue]


def _demand_default(place: Workplace, kind: Kind) -> None:
    if not place.backends.info(kind, None).loaded:
        raise ModelNotFound(f"no model for {kind}")


def _announce(place: Workplace, kinds: Sequence[Kind], sign: threading.Thread, health: Health) -> None:
    log.warning("worker ready: %s", ", ".join(kinds))
    health.watch(*_probes(place, kinds))
    sign.start()
