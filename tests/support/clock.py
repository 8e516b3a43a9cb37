"""A clock that stands still until a test moves it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Clock:
    """Call it for the time in seconds; set `now` to move it."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now
