"""How a worker takes jobs: threads in one process, so that jobs share the loaded models and each other's batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from celery import Celery, signals

from engine.adapters.celery_queue import generate_queue
from engine.domain.request import Kind


def consume(app: Celery, kinds: Sequence[Kind], concurrency: int) -> None:
    """Work until SIGTERM or SIGINT; then take nothing new and return when what runs has ended."""
    app.Worker(
        hostname=f"generate.{'.'.join(kinds)}@%h",
        pool_cls="threads",
        concurrency=concurrency,
        queues=[generate_queue(kind) for kind in kinds],
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    ).start()


@contextmanager
def on_life(ready: Callable[[], None], stopping: Callable[[], None]) -> Iterator[None]:
    """Call `ready` when the worker takes jobs, and `stopping` when it was told to end."""

    def on_ready(**_: Any) -> None:
        ready()

    def on_stopping(**_: Any) -> None:
        stopping()

    signals.worker_ready.connect(on_ready)
    signals.worker_shutting_down.connect(on_stopping)
    try:
        yield
    finally:
        signals.worker_ready.disconnect(on_ready)
        signals.worker_shutting_down.disconnect(on_stopping)
