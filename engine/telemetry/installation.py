"""The state of the whole installation as metrics: asked for when somebody looks, of the database, broker and Redis.

Every delivery process tells the same: take the maximum over them, not the sum.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from engine.domain.census import Census
from engine.domain.job import State
from engine.domain.request import Kind

_OPEN = (State.ACCEPTED, State.RUNNING, State.HELD)
_WORK = (*(kind.value for kind in Kind), "deliver")


@dataclass(frozen=True, slots=True, eq=False)
class Installation(Collector):
    """What it cannot learn it leaves out, and says so in aigc_reachable."""

    census: Callable[[], Census]
    waiting: Callable[[Kind], int]
    """Ids in the queue of a kind."""
    ready: Callable[[], Collection[Collection[str]]]
    """For each worker that is ready, its work."""
    clock: Callable[[], float] = time.time

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Names alone: who registers a collector asks nothing."""
        return [*_jobs(Census(), 0.0), _queue({}), _workers({}), _reachable({})]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        reached: dict[str, bool] = {}
        with _noted(reached, "database"):
            yield from _jobs(self.census(), self.clock())
        with _noted(reached, "broker"):
            yield _queue({kind: self.waiting(kind) for kind in Kind})
        with _noted(reached, "redis"):
            workers = self.ready()
            yield _workers({work: sum(work in able for able in workers) for work in _WORK})
        yield _reachable(reached)


@contextmanager
def collecting(collector: Collector) -> Iterator[None]:
    """Have /metrics ask it, while the block lasts."""
    REGISTRY.register(collector)
    try:
        yield
    finally:
        REGISTRY.unregister(collector)


@contextmanager
def _noted(reached: dict[str, bool], part: str) -> Iterator[None]:
    reached[part] = False
    try:
        yield
        reached[part] = True
    except Exception:  # what is wrong with it stands in the log of whoever needs it
        return


def _jobs(census: Census, now: float) -> Iterator[GaugeMetricFamily]:
    by_state = GaugeMetricFamily("aigc_jobs_open", "Jobs that are not over.", labels=["kind", "state"])
    oldest = GaugeMetricFamily("aigc_oldest_waiting_seconds", "Age of the oldest job that waits.", labels=["kind"])
    for kind in Kind:
        for state in _OPEN:
            by_state.add_metric([kind, state], census.jobs.get((kind, state), 0))
        oldest.add_metric([kind], max(0.0, now - census.waiting_since.get(kind, now)))
    yield by_state
    yield oldest
    yield GaugeMetricFamily("aigc_jobs_undelivered", "Outcomes that are not shown yet.", value=census.undelivered)
    replies = GaugeMetricFamily(
        "aigc_replies_sent_30d", "Drafts that agents sent in the last 30 days, as drafted or edited.", labels=["draft"]
    )
    for draft in ("unchanged", "edited"):
        replies.add_metric([draft], census.replies.get(draft, 0))
    yield replies


def _queue(depths: dict[Kind, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily("aigc_queue_depth", "Messages that wait in the broker.", labels=["kind"])
    for kind, depth in depths.items():
        family.add_metric([kind], depth)
    return family


def _workers(counts: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily("aigc_workers_ready", "Workers that are ready, by what they do.", labels=["work"])
    for work, count in counts.items():
        family.add_metric([work], count)
    return family


def _reachable(reached: dict[str, bool]) -> GaugeMetricFamily:
    family = GaugeMetricFamily("aigc_reachable", "Whether a part could be asked just now.", labels=["part"])
    for part, well in reached.items():
        family.add_metric([part], well)
    return family
