"""The worker's sign of life: renews its leases, and hears which of its jobs must stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from engine.errors import EngineError, StoreUnavailable
from engine.ports import JobStore

log = logging.getLogger(__name__)

MOST_S = 0.5
"""Longest between two looks, so that a cancellation is heard soon."""

GRACE_S = 60.0
"""How long past its deadline a run may take to stop and to record its outcome, before its lease is let go."""


class Stop(StrEnum):
    """Why a run must stop."""

    CANCELED = "canceled"
    DRAINING = "draining"
    TIMED_OUT = "timed_out"


@dataclass(slots=True)
class Watch:
    """Called between tokens and steps: must this run stop? It stays stopped."""

    deadline: float
    clock: Callable[[], float]
    reason: Stop | None = None

    def __call__(self) -> bool:
        if self.reason is None and self.clock() > self.deadline:
            self.reason = Stop.TIMED_OUT
        return self.reason is not None

    @property
    def hung(self) -> bool:
        """Nobody asks any more whether to stop: the run will not come to an end of its own."""
        return self.clock() > self.deadline + GRACE_S

    def stop(self, reason: Stop) -> None:
        self.reason = self.reason or reason


class Pulse:
    """One thread per worker process, however many jobs it runs."""

    def __init__(self, store: JobStore, lease_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._lease_s = lease_s
        self._every_s = min(MOST_S, lease_s / 3)
        self._clock = clock
        self._renewed_at = clock()
        self._watches: dict[str, Watch] = {}
        self._lock = threading.Lock()
        self._draining = False
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watch(self, owner: str, timeout_s: float) -> Iterator[Watch]:
        """Keep the lease of this attempt alive meanwhile; `owner` is what it claimed its job with."""
        watch = Watch(self._clock() + timeout_s, self._clock)
        with self._lock:
            if not self._watches:
                self._renewed_at = self._clock()
            self._watches[owner] = watch
            if self._draining:
                watch.stop(Stop.DRAINING)
            self._start()
        try:
            yield watch
        finally:
            with self._lock:
                del self._watches[owner]

    def beat(self) -> None:
        """Renew all leases but those of hung runs, and tell the runs that someone canceled. Raises StoreUnavailable."""
        with self._lock:
            owners = [owner for owner, watch in self._watches.items() if not watch.hung]
        if not owners:
            return
        canceled = self._store.heartbeat(owners, self._lease_s)
        with self._lock:
            self._renewed_at = self._clock()
            for owner in canceled & self._watches.keys():
                self._watches[owner].stop(Stop.CANCELED)

    def check(self) -> None:
        """Raises StoreUnavailable where jobs run whose leases have not been renewed for as long as they last."""
        with self._lock:
            late_s = self._clock() - self._renewed_at if self._watches else 0.0
        if late_s > self._lease_s:
            raise StoreUnavailable(f"no heartbeat for {late_s:.0f} s")

    def drain(self) -> None:
        """Stop all runs, and those to come: the process is about to end."""
        with self._lock:
            self._draining = True
            for watch in self._watches.values():
                watch.stop(Stop.DRAINING)

    def close(self) -> None:
        self._closed.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while not self._closed.wait(self._every_s):
            try:
                self.beat()
            except EngineError as error:
                log.warning("no heartbeat: %s", error)
            except Exception:
                log.exception("no heartbeat")
