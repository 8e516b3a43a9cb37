"""Counts requests per minute, in Redis for all processes together, with the library limits (limits.readthedocs.io).

While Redis does not answer, each process counts for itself: nobody is turned down for that, and of several bots
together a person gets at most so many times the limit.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import redis.asyncio as redis
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from engine.domain.job import Origin
from engine.domain.limits import Denial, Limit, Limits, Scope, scope_id

log = logging.getLogger(__name__)

_TIMEOUT_S = 0.25
"""Longest that Redis may take: somebody waits for an acknowledgement."""

_SAME_S = 3.0
"""How long the same request gets the same answer."""

_LEAVE_ALONE_S = 5.0
"""How long Redis is not asked after it did not answer."""


@dataclass(slots=True)
class Gate:
    """Lets through as many requests a minute as the limits say, over a window that moves with the time."""

    limits: Limits
    redis: RedisCounter | None = None
    clock: Callable[[], float] = time.time
    _here: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))
    _leave_until: float = 0.0
    _answers: OrderedDict[str, tuple[float, asyncio.Task[Denial | None]]] = field(default_factory=OrderedDict)

    async def denial(self, key: str, origin: Origin) -> Denial | None:
        """Why this request comes too soon; it counts if it does not. Never waits long, never raises.

        Slack tells of one mention twice: both get one answer, and count once.
        """
        now = self.clock()
        while self._answers and next(iter(self._answers.values()))[0] < now - _SAME_S:
            self._answers.popitem(last=False)
        if key not in self._answers:
            self._answers[key] = (now, asyncio.get_running_loop().create_task(self._denial(origin)))
        return await asyncio.shield(self._answers[key][1])

    async def close(self) -> None:
        if self.redis is not None:
            await self.redis.close()

    async def _denial(self, origin: Origin) -> Denial | None:
        """All are looked at before any counts it: what the channel turns down is not the person's. The first denies
        by counting, before the others count.
        """
        quotas = [(scope, self.limits.quota(scope, origin).requests_per_minute) for scope in Scope]
        limited = [(scope, scope_id(scope, origin), most) for scope, most in quotas if most is not None]
        for count, some in ((False, limited[1:]), (True, limited)):
            for scope, name, most in some:
                if denial := await self._over(scope, name, most, count=count):
                    return denial
        return None

    async def _over(self, scope: Scope, name: str, most: int, *, count: bool) -> Denial | None:
        if most == 0:
            return Denial(Limit.REQUESTS_PER_MINUTE, scope, 0, 0)
        if self.redis is not None and self.clock() >= self._leave_until:
            try:
                return await self._ask(self.redis, scope, name, most, count=count)
            except StorageError as error:
                self._leave_until = self.clock() + _LEAVE_ALONE_S
                cause = type(error.storage_error).__name__
                log.warning("requests per minute are counted in this process alone, without Redis: %s", cause)
        return await self._ask(self._here, scope, name, most, count=count)

    async def _ask(
        self, counter: MovingWindowRateLimiter, scope: Scope, name: str, most: int, *, count: bool
    ) -> Denial | None:
        item = RateLimitItemPerMinute(most)
        if await (counter.hit if count else counter.test)(item, scope.value, name):
            return None
        wait_s = (await counter.get_window_stats(item, scope.value, name)).reset_time - self.clock()
        return Denial(Limit.REQUESTS_PER_MINUTE, scope, most, most, wait_s=max(wait_s, 0.0))


class RedisCounter(MovingWindowRateLimiter):
    """Counts in Redis; connects on first use. Its methods raise StorageError."""

    def __init__(self, url: str) -> None:
        self._pool = redis.ConnectionPool.from_url(
            url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S, retry=Retry(NoBackoff(), 0)
        )
        options: dict[str, Any] = {"connection_pool": self._pool}  # which its stub does not know
        storage = RedisStorage(url, wrap_exceptions=True, implementation="redispy", key_prefix="aigc:rate", **options)
        super().__init__(storage)

    async def close(self) -> None:
        await self._pool.aclose()
