"""Work of our own that goes on after an acknowledgement."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from bot.errors import StillBusy

log = logging.getLogger(__name__)


class Background:
    """Keeps hold of asyncio tasks, which the event loop does not, and logs how they fail."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._by_key: dict[str, asyncio.Task[None]] = {}

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` from the next step of the event loop on; nobody waits for it."""
        self._begin(work).add_done_callback(_log_failure)

    async def within(
        self,
        key: str,
        work: Callable[[], Coroutine[Any, Any, None]],
        timeout_s: float,
        on_failure: Callable[[], None] = lambda: None,
    ) -> None:
        """Do `work`, once for all who ask for `key` while it runs. Raises what it raises.

        Raises StillBusy when it takes longer than `timeout_s`: it then goes on, and nobody waits for it any more. If
        it fails after that, `on_failure` is called.
        """
        task = self._by_key.get(key)
        if task is None:
            task = self._by_key[key] = self._begin(work())
            task.add_done_callback(lambda _: self._by_key.pop(key, None))
        await asyncio.wait([task], timeout=timeout_s)
        if not task.done():
            task.add_done_callback(partial(_log_failure, on_failure=on_failure))
            raise StillBusy(f"not done within {timeout_s:g} s")
        task.result()

    async def drain(self, timeout_s: float = 5.0) -> None:
        """Wait for what is under way, then cancel what is left."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(set(self._tasks), timeout=timeout_s)
        for task in late:
            task.cancel()

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _log_failure(task: asyncio.Task[None], on_failure: Callable[[], None] = lambda: None) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("after an answer: %s", type(error).__name__, exc_info=error)
        on_failure()
