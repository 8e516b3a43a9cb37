"""Ends a worker in time: what is short finishes, what is not is handed back, and nothing outlives the deadline."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable

from engine.service import Engine
from engine.timing import Timing

log = logging.getLogger(__name__)

HUNG = os.EX_SOFTWARE
"""Exit status of a worker that ended because a run or a model hung; supervisors start it anew."""


class Leaving:
    """Told to end once; the process is gone `drain_s` later, whatever its threads do."""

    def __init__(
        self,
        engine: Engine,
        timing: Timing,
        leave: Callable[[int], object] = os._exit,
        terminate: Callable[[], None] = lambda: os.kill(os.getpid(), signal.SIGTERM),
    ) -> None:
        """`leave` ends the process at once, `terminate` asks it to end as anybody would from outside."""
        self.begun = threading.Event()
        self.status = 0
        self._engine = engine
        self._timing = timing
        self._leave = leave
        self._terminate = terminate

    def begin(self) -> None:
        """The process was told to end: it takes no more jobs."""
        self.begun.set()
        self._later(self._timing.finish_s, self._engine.drain)
        self._later(self._timing.drain_s, self._now)

    def hung(self) -> None:
        """Something hangs and cannot be mended from within: end like any other, but for the status."""
        self.status = HUNG
        self._terminate()

    def _now(self) -> None:
        log.warning("the worker did not end by itself in %g s: it ends now", self._timing.drain_s)
        try:
            self._engine.abandon()
        except Exception:
            log.exception("what it runs comes back when its leases run out")
        self._leave(self.status)

    def _later(self, in_s: float, call: Callable[[], None]) -> None:
        timer = threading.Timer(in_s, call)
        timer.daemon = True
        timer.start()
