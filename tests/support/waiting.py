"""Waits for a condition, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

DEADLINE_S = 60.0
"""Far longer than anything takes; only a failing test waits so long."""

T = TypeVar("T")


def until(condition: Callable[[], T], deadline_s: float = DEADLINE_S) -> T:
    """The first true value that `condition` returns. Raises TimeoutError."""
    end = time.monotonic() + deadline_s
    while not (found := condition()):
        if time.monotonic() > end:
            raise TimeoutError("it did not come true in time")
        time.sleep(0.02)
    return found
