"""Runs waiting items of equal key together, so that many jobs share one run of a model."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from engine.errors import Interrupted
from engine.telemetry.metrics import measure_batch

log = logging.getLogger(__name__)

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")


class GroupBatcher(Generic[Key, Item]):
    """One thread that takes the oldest waiting item and runs it with those of equal key that fit beside it.

    First come, first served: nothing that waits is overtaken by another key for ever, and of one key nobody is
    overtaken at all. `run_batch` answers its items itself; what it raises is logged, and the thread lives on.
    """

    def __init__(
        self,
        run_batch: Callable[[Key, Sequence[Item]], None],
        size: Callable[[Item], int],
        most: int,
        name: str = "batcher",
        linger_s: float = 0.0,
    ) -> None:
        """`most` bounds the sum of `size` over a batch; an item that is larger by itself runs alone.

        An item that finds nothing running waits `linger_s` for company: of jobs that come at the same moment the
        first would else run alone, and all the others after it.
        """
        self._run_batch = run_batch
        self._size = size
        self._most = most
        self._linger_s = linger_s
        self._waiting: deque[tuple[Key, Item]] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, key: Key, item: Item) -> None:
        """Returns at once. Raises Interrupted after `close`."""
        with self._changed:
            if self._closed:
                raise Interrupted("the batcher is closed")
            self._waiting.append((key, item))
            self._changed.notify()

    def close(self) -> None:
        """Take nothing more, run what waits, and end the thread. May be called again, but not by `run_batch`."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        while (batch := self._next()) is not None:
            measure_batch(self._thread.name, sum(self._size(item) for item in batch[1]))
            try:
                self._run_batch(*batch)
            except Exception:
                log.exception("a batch of %d failed", len(batch[1]))

    def _next(self) -> tuple[Key, list[Item]] | None:
        """Wait for work; None when closed and empty."""
        with self._changed:
            if not self._waiting:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                self._changed.wait_for(self._full_or_closed, self._linger_s)
            return self._take() if self._waiting else None

    def _full_or_closed(self) -> bool:
        return self._closed or sum(self._size(item) for _, item in self._waiting) >= self._most

    def _take(self) -> tuple[Key, list[Item]]:
        key, first = self._waiting.popleft()
        batch, room, full = [first], self._most - self._size(first), False
        others: deque[tuple[Key, Item]] = deque()
        for other_key, item in self._waiting:
            mine = other_key == key and not full
            full = full or (mine and self._size(item) > room)
            if mine and not full:
                batch.append(item)
                room -= self._size(item)
            else:
                others.append((other_key, item))
        self._waiting = others
        return key, batch
