"""What submitting a job, and taking the next in turn, costs with 10,000 jobs waiting, over what it costs with few."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from engine.adapters import factory
from engine.adapters.celery_queue import CeleryQueue
from engine.adapters.embedded_redis import EmbeddedRedis
from engine.adapters.job_store import SqlJobStore
from engine.bench.measurement import Measurement
from engine.domain.job import NewJob, Origin
from engine.domain.request import CopyParams, Kind, Request
from engine.settings import EngineSettings

WAITING = 10_000
SUBMITTED = 400
TAKEN = 200
_BATCH = 500


def run() -> list[Measurement]:
    """SQLite and Redis as they come with the product; the two cases in turn, so that both see the same machine."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with EmbeddedRedis(folder / "redis-none") as none, EmbeddedRedis(folder / "redis-many") as many:
            empty, full = _Place(folder / "none", none.url), _Place(folder / "many", many.url)
            full.fill(WAITING)
            times: dict[_Place, list[float]] = {empty: [], full: []}
            for number in range(SUBMITTED):
                for place in (empty, full) if number % 2 else (full, empty):
                    times[place].append(place.submit(number))
            placing = full.time_position()
            takes: dict[_Place, list[float]] = {empty: [], full: []}
            for number in range(TAKEN):
                for place in (empty, full) if number % 2 else (full, empty):
                    takes[place].append(place.take(number))
            empty.close()
            full.close()
    return [*_table(times[empty], times[full], placing), _taking(takes[empty], takes[full])]


class _Place:
    """A database and a broker."""

    def __init__(self, folder: Path, redis_url: str) -> None:
        settings = EngineSettings(data_dir=folder, redis_url=redis_url, database_url="", broker_url="")
        self.store: SqlJobStore = factory.store(settings)
        self.queue: CeleryQueue = factory.queue(settings)

    def fill(self, count: int) -> None:
        for start in range(0, count, _BATCH):
            self.store.add([_job(f"waiting{number}") for number in range(start, start + _BATCH)])
        for number in range(count):
            self.queue.generate(f"waiting{number}", Kind.COPY)

    def submit(self, number: int) -> float:
        """Seconds until the request is durable and queued."""
        started = time.perf_counter()
        (submitted,) = self.store.add([_job(f"new{number}")])
        self.queue.generate(submitted.job.id, Kind.COPY)
        return time.perf_counter() - started

    def take(self, number: int) -> float:
        """Seconds until a worker has the job whose turn it is."""
        started = time.perf_counter()
        if self.store.take_turn(f"new{number}", f"worker {number}", 600.0) is None:
            raise AssertionError("nothing was there to take")
        return time.perf_counter() - started

    def time_position(self) -> float:
        """Seconds to tell the last job its place in the queue."""
        job = self.store.get(f"new{SUBMITTED - 1}")
        if job is None:
            raise AssertionError("the last job was not stored")
        started = time.perf_counter()
        self.store.position(job)
        return time.perf_counter() - started

    def close(self) -> None:
        self.store.close()


def _table(none: Sequence[float], many: Sequence[float], placing_s: float) -> list[Measurement]:
    alone, crowded = statistics.median(none), statistics.median(many)
    note = f"median of {SUBMITTED}: {crowded * 1e3:.2f} ms over {alone * 1e3:.2f} ms"
    return [
        Measurement(f"submitting, {WAITING:,} waiting over none", crowded / alone, "x", "at most 1.2", note),
        Measurement("telling the last one its place", placing_s * 1e3, "ms", "", f"{WAITING:,} before it"),
    ]


def _taking(few: Sequence[float], many: Sequence[float]) -> Measurement:
    alone, crowded = statistics.median(few), statistics.median(many)
    note = f"median of {TAKEN}: {crowded * 1e3:.2f} ms over {alone * 1e3:.2f} ms"
    name = f"taking the next in turn, {WAITING:,} waiting over {SUBMITTED}"
    return Measurement(name, crowded / alone, "x", "at most 1.2", note)


def _job(name: str) -> NewJob:
    request = Request(Kind.COPY, "a launch post for a steel water bottle", CopyParams(seed=7))
    return NewJob(name, f"key:{name}", Origin("T1", "C1", "U1"), request, time.time())
