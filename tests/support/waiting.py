"""Waits for a condition, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable

DEADLINE_S = 60.0
"""Far longer than anything takes; only a failing test waits so long."""


def until(condition: Callable[[], object], deadline_s: float = DEADLINE_S) -> None:
    """Return once `condition()` is true. Raises TimeoutError."""
    end = time.monotonic() + deadline_s
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("it did not come true in time")
        time.sleep(0.02)
