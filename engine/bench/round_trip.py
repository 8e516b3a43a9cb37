"""A bare Celery round trip on a threads pool: the least that any job through this broker can take.

As a program it is the worker: python -m engine.bench.round_trip REDIS_URL
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence

from celery import Celery

ROUNDS = 100
_WARM_UP = 10


def bare_app(redis_url: str) -> Celery:
    """An app with one task that gives back what it gets."""
    app = Celery("bare", broker=redis_url, backend=redis_url, set_as_current=False)
    app.conf.update(task_default_queue="bare", worker_hijack_root_logger=False)

    @app.task(name="echo", shared=False)
    def echo(value: int) -> int:
        return value

    return app


def measure_round_trips(redis_url: str) -> Sequence[float]:
    """Seconds of each of ROUNDS round trips to a worker process of its own, one after the other."""
    app = bare_app(redis_url)
    quiet = subprocess.DEVNULL
    worker = subprocess.Popen([sys.executable, "-m", __name__, redis_url], stdout=quiet, stderr=quiet)
    try:
        took: list[float] = []
        for number in range(_WARM_UP + ROUNDS):
            started = time.perf_counter()
            app.send_task("echo", (number,)).get(timeout=60)
            took.append(time.perf_counter() - started)
        return took[_WARM_UP:]
    finally:
        worker.terminate()
        worker.wait(30)
        app.close()


if __name__ == "__main__":
    bare_app(sys.argv[1]).Worker(
        pool_cls="threads", concurrency=4, queues=["bare"], without_gossip=True, without_mingle=True, quiet=True
    ).start()
