"""Continuous batching: texts join and leave between two tokens, all in one forward pass.

transformers' own continuous batching was measured first: on a CPU it writes a third of what plain `generate` does.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from engine.backends.transformers_text.cache import drop_from
from engine.backends.transformers_text.forward import Forward, Prefill
from engine.backends.transformers_text.load import Loaded
from engine.backends.transformers_text.row import Row
from engine.backends.transformers_text.sample import choose_all
from engine.device import out_of_memory
from engine.errors import EngineError, Interrupted, ModelCorrupt, OutOfMemory
from engine.telemetry.metrics import measure_batch

log = logging.getLogger(__name__)

PREFILL_TOKENS = 1024
"""Most prompt tokens read in one pass, so that a long prompt holds nobody up for long."""


@dataclass(slots=True)
class _Joining:
    """Rows whose prompts are being read; `places` tells which prompt is each row's."""

    rows: list[Row]
    places: list[int]
    prompts: list[list[int]]
    prefill: Prefill | None = None


class TokenBatch:
    """One thread that owns the model. First come, first served, at most `most` texts at a time."""

    def __init__(self, loaded: Loaded, most: int, name: str) -> None:
        self.name = name
        self._device = loaded.device
        self._forward = Forward(loaded)
        self._most = most if self._forward.joins else 1
        self._limit = self._most
        self._rows: list[Row] = []
        self._cache: Any = None
        self._joining: _Joining | None = None
        self._waiting: deque[Row] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, rows: Sequence[Row]) -> None:
        """Returns at once. Raises Interrupted after `close`."""
        with self._changed:
            if self._closed:
                raise Interrupted(f"{self.name} is closed")
            self._waiting.extend(rows)
            self._changed.notify()

    def close(self) -> None:
        """Interrupt all that is unfinished, and end the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        with torch.inference_mode():
            while self._wait():
                try:
                    self._round()
                except Exception as error:  # whatever a model's code raises must not end the thread
                    self._recover(error)
        self._fail(self._take_all(), Interrupted(f"{self.name} is closing"))

    def _wait(self) -> bool:
        """Until there is something to do; False when closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._rows or self._joining or self._closed)
            return not self._closed

    def _round(self) -> None:
        """One token for every text in the batch, and some columns of the prompts of those that join."""
        self._leave()
        self._joining = self._joining or self._admit()
        if self._joining is not None:
            self._read(self._joining)
        if self._rows:
            self._write()

    def _leave(self) -> None:
        """Drop the rows that are done or that nobody waits for."""
        leaving = [place for place, row in enumerate(self._rows) if row.done or row.order.gone]
        if not leaving:
            return
        self._limit = min(self._most, self._limit + len(leaving))
        if len(leaving) == len(self._rows):
            self._rows, self._cache = [], None
            return
        self._cache.drop(leaving)
        drop_from(self._rows, leaving)
        self._cache.narrow(max(len(row.tokens) for row in self._rows) - 1)

    def _admit(self) -> _Joining | None:
        """The next rows in line that fit: few enough, and of similar length, so that padding wastes little."""
        rows: list[Row] = []
        places: list[int] = []
        prompts: list[list[int]] = []
        with self._changed:
            while self._waiting and len(self._rows) + len(rows) < self._limit:
                row = self._waiting[0]
                if not row.order.gone:
                    same = bool(rows) and row.fresh and rows[-1].fresh and rows[-1].order is row.order
                    if not same and not _fits(row.tokens, prompts):
                        break
                    if not same:
                        prompts.append(row.tokens.copy())
                    rows.append(row)
                    places.append(len(prompts) - 1)
                self._waiting.popleft()
        if not rows:
            return None
        return _Joining(rows, places, prompts)

    def _read(self, joining: _Joining) -> None:
        """Read on in the prompts; at their end the rows join the batch with their first token."""
        if all(row.order.gone for row in joining.rows):
            self._joining = None
            return
        prefill = joining.prefill = joining.prefill or self._prefill(joining.prompts)
        scores = prefill.advance()
        if scores is None:
            return
        if not self._rows and joining.places == list(range(len(joining.rows))):
            self._cache = prefill.cache
        else:
            if not self._rows:
                self._cache = self._forward.new_cache()
            self._cache.join(prefill.cache, joining.places)
        self._rows += joining.rows
        self._joining = None
        self._choose(scores[joining.places], joining.rows)

    def _prefill(self, prompts: list[list[int]]) -> Prefill:
        """Made when its rows are `_joining` already: it takes memory, and if that fails, `_recover` must find them."""
        return Prefill(prompts, self._forward, self._device, max(1, PREFILL_TOKENS // len(prompts)))

    def _write(self) -> None:
        """One more token for every row."""
        self._leave()
        if self._rows:
            lengths = [len(row.tokens) for row in self._rows]
            measure_batch(self.name, len(self._rows))
            scores = self._forward.extend([row.tokens[-1] for row in self._rows], lengths, self._cache)
            self._choose(scores, self._rows)

    def _choose(self, scores: torch.Tensor, rows: Sequence[Row]) -> None:
        for row, token in zip(rows, choose_all(scores, [row.chooser for row in rows]), strict=True):
            if row.order.gone:
                continue
            if token is None:
                row.order.fail(ModelCorrupt(f"{self.name} computes values that are no numbers", model=self.name))
            else:
                row.take(token)

    def _recover(self, error: Exception) -> None:
        """Out of memory: put all rows back in line and go on with half as many. Anything else: fail them."""
        rows = self._take_running()
        if not out_of_memory(error):
            log.error("writing with %s failed", self.name, exc_info=error)
            self._fail(rows, ModelCorrupt(f"{self.name}: {type(error).__name__}: {error}", model=self.name))
            return
        traceback.clear_frames(error.__traceback__)  # they hold the tensors of the pass that failed
        torch.cuda.empty_cache()
        if len(rows) < 2:
            self._fail(rows, OutOfMemory(f"{self.name}: not even one text fits the memory", model=self.name))
            return
        self._limit = len(rows) // 2
        log.warning("%s ran out of memory with %d texts, going on with %d", self.name, len(rows), self._limit)
        with self._changed:
            self._waiting.extendleft(reversed(rows))

    def _take_running(self) -> list[Row]:
        """The rows that the cache, which may be half written, was for; they may start anew from their tokens."""
        rows = [*self._rows, *(self._joining.rows if self._joining else [])]
        self._rows, self._cache, self._joining = [], None, None
        return [row for row in rows if not (row.done or row.order.gone)]

    def _take_all(self) -> list[Row]:
        with self._changed:
            rows = [*self._take_running(), *self._waiting]
            self._waiting.clear()
        return rows

    def _fail(self, rows: Sequence[Row], error: EngineError) -> None:
        for row in rows:
            row.order.fail(error)


def _fits(tokens: Sequence[int], prompts: Sequence[Sequence[int]]) -> bool:
    """Whether a prompt may be read beside `prompts`."""
    if not prompts:
        return True
    lengths = [len(tokens), *(len(prompt) for prompt in prompts)]
    return len(lengths) * max(lengths) <= PREFILL_TOKENS and 2 * min(lengths) >= max(lengths)
