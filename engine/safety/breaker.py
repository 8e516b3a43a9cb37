"""Spares a server that is out: after some failures in a row it is not asked for a while.

The circuit breaker of Nygard, Release It! (2007): closed, open, and half-open for one trial call.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES = 3
"""So many in a row open the circuit."""
PAUSE_S = 30.0
"""So long it stays open; then one call tries again."""


class Breaker:
    """Called from many threads: `admits` before each call, then `succeeded` or `failed`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._next_try = 0.0

    def admits(self) -> bool:
        """Whether to make a call; of those that come after the pause, one alone, until it is known how it went."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            now = self._clock()
            if now < self._next_try:
                return False
            self._next_try = now + PAUSE_S
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._next_try = self._clock() + PAUSE_S
