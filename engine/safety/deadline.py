"""Runs a check for so long and no longer, even one that hangs for good."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")


class Deadline:
    """One per check: room for so many calls at once, so that calls that hang do not pile up.

    Threads are daemons: a call that never returns does not keep the process from ending.
    """

    def __init__(self, at_once: int = 64) -> None:
        self._room = threading.BoundedSemaphore(at_once)

    def run(self, work: Callable[[], T], timeout_s: float) -> T:
        """What `work` returns or raises. Raises TimeoutError when it takes longer than `timeout_s`.

        Raises RuntimeError where the system has no thread left.
        """
        ends = time.monotonic() + timeout_s
        if not self._room.acquire(timeout=timeout_s):
            raise TimeoutError("too many calls of this check are still running")
        future: Future[T] = Future()
        try:
            target = copy_context().run  # what it logs is about the same job
            threading.Thread(target=target, args=(self._work, work, future), name="safety", daemon=True).start()
        except BaseException:  # no thread to be had: nobody else would give the room back
            self._room.release()
            raise
        return future.result(timeout=max(0.0, ends - time.monotonic()))

    def _work(self, work: Callable[[], T], future: Future[T]) -> None:
        try:
            result = work()
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)
        finally:
            self._room.release()
