"""The worker's sign of life: renews its leases, and hears which of its jobs must stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from engine.errors import EngineError, StoreUnavailable
from engine.ports import JobStore
from engine.steps.watch import Clock, Silence, Stop, Watch
from engine.timing import Timing

log = logging.getLogger(__name__)


class Pulse:
    """One thread per worker process, however many jobs it runs."""

    def __init__(self, store: JobStore, timing: Timing, clock: Clock = time.monotonic) -> None:
        self.on_hang: Callable[[], None] = lambda: None
        """Called, once, when a run or a model hangs: this process cannot be mended, only replaced."""
        self._store = store
        self._timing = timing
        self._clock = clock
        self._renewed_at = clock()
        self._watches: dict[str, Watch] = {}
        self._silences: dict[Hashable, Silence] = {}
        self._lock = threading.Lock()
        self._draining = self._hung = False
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watch(self, owner: str) -> Iterator[Watch]:
        """Keep the lease of this attempt alive meanwhile; `owner` is what it claimed its job with."""
        watch = Watch(self._clock() + self._timing.job_timeout_s, self._clock, self._timing.grace_s)
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

    def silence(self, model: Hashable) -> Silence:
        """The one that all runs of this model share."""
        with self._lock:
            return self._silences.setdefault(model, Silence(self._clock))

    def beat(self) -> None:
        """Renew all leases but those of overdue runs, and tell the runs that must stop. Raises StoreUnavailable."""
        with self._lock:
            owners = [owner for owner, watch in self._watches.items() if not watch.overdue]
        if not owners:
            return
        heard = self._store.heartbeat(owners, self._timing.lease_s)
        with self._lock:
            self._renewed_at = self._clock()
            for found, reason in ((heard.canceled, Stop.CANCELED), (heard.lost, Stop.LOST)):
                for owner in found & self._watches.keys():
                    self._watches[owner].stop(reason)

    def look_for_hangs(self) -> None:
        """Stop the runs that hang, and say so to `on_hang`."""
        with self._lock:
            hung = [watch for watch in self._watches.values() if self._hangs(watch)]
            for watch in hung:
                watch.stop(Stop.HUNG)
            first, self._hung = bool(hung) and not self._hung, self._hung or bool(hung)
        if first:
            log.error("%d jobs hang: this worker ends, to be started anew", len(hung))
            self.on_hang()

    def check(self) -> None:
        """Raises StoreUnavailable where jobs run whose leases have not been renewed for as long as they last."""
        with self._lock:
            late_s = self._clock() - self._renewed_at if self._watches else 0.0
        if late_s > self._timing.lease_s:
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

    def _hangs(self, watch: Watch) -> bool:
        silent = watch.silence is not None and watch.silence.lasts_s > self._timing.hang_s
        return silent or watch.overdue

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while not self._closed.wait(self._timing.look_s):
            try:
                self.look_for_hangs()
                self.beat()
            except EngineError as error:
                log.warning("no heartbeat: %s", error)
            except Exception:
                log.exception("no heartbeat")
