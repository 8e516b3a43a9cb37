"""Tells whoever asks, and anybody may, whether the bot is ready: however many ask, it looks only so often.

Looking takes a thread of its own: those that wait for the database on somebody's behalf are not for strangers to take.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from engine.telemetry.health import Report

FRESH_S = 1.0
"""So long one look is the answer for everybody."""


class Readiness:
    """For one event loop; `look` may block, and never raises."""

    def __init__(self, look: Callable[[], Report], clock: Callable[[], float] = time.monotonic) -> None:
        self._look = look
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, "readiness")
        self._latest: asyncio.Future[Report] | None = None
        self._began = 0.0

    async def report(self) -> Report:
        """What was found within the last FRESH_S, or what is found now; all who ask meanwhile wait for one look."""
        if self._latest is None or (self._latest.done() and self._clock() - self._began >= FRESH_S):
            self._began = self._clock()
            self._latest = asyncio.get_running_loop().run_in_executor(self._thread, self._look)
        return await asyncio.shield(self._latest)
