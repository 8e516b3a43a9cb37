"""How fast messages may come, and how often methods may be called."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping

from bot.playground.errors import RateLimited

_MINUTE_S = 60.0
_ROUNDING = 1e-6


class Rates:
    """A token bucket for each method and channel, and tiers (docs.slack.dev/apis/web-api/rate-limits)."""

    def __init__(
        self,
        burst: int,
        per_s: float,
        per_minute: Mapping[str, int] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst = burst
        self._per_s = per_s
        self._per_minute = per_minute or {}
        self._clock = clock
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}
        self._called: defaultdict[str, deque[float]] = defaultdict(deque)

    def take(self, method: str, channel: str) -> None:
        """Raises RateLimited when the bucket is empty."""
        now = self._clock()
        level, since = self._buckets.get((method, channel), (float(self._burst), now))
        level = min(self._burst, level + (now - since) * self._per_s)
        if level < 1 - _ROUNDING:
            self._buckets[method, channel] = (level, now)
            raise RateLimited(max(1, math.ceil((1 - level) / self._per_s)) if self._per_s else 60)
        self._buckets[method, channel] = (level - 1, now)

    def count(self, method: str) -> None:
        """Raises RateLimited where the method was called as often in the last minute as its tier allows."""
        most = self._per_minute.get(method)
        if most is None:
            return
        now, called = self._clock(), self._called[method]
        while called and called[0] <= now - _MINUTE_S:
            called.popleft()
        if len(called) >= most:
            raise RateLimited(max(1, math.ceil(called[0] + _MINUTE_S - now)))
        called.append(now)
