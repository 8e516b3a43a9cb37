"""How fast messages may come."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from bot.playground.errors import RateLimited


class Rates:
    """A token bucket for each method and channel (docs.slack.dev/apis/web-api/rate-limits)."""

    def __init__(self, burst: int, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._per_s = per_s
        self._clock = clock
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, method: str, channel: str) -> None:
        """Raises RateLimited when the bucket is empty."""
        now = self._clock()
        level, since = self._buckets.get((method, channel), (float(self._burst), now))
        level = min(self._burst, level + (now - since) * self._per_s)
        if level < 1:
            self._buckets[method, channel] = (level, now)
            raise RateLimited(max(1, math.ceil((1 - level) / self._per_s)) if self._per_s else 60)
        self._buckets[method, channel] = (level - 1, now)
