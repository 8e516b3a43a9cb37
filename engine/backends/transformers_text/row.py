"""One text while it is being written, and the order it belongs to."""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.backends.transformers_text.sample import Chooser, Rules
from engine.backends.transformers_text.stream import TextStream
from engine.domain.task import TextDelta, TextEnd, TextEvent
from engine.errors import EngineError


@dataclass(eq=False, slots=True)
class Order:
    """What one job asked for; the batch's thread puts events, the job's own thread takes them."""

    prompt: list[int]
    rules: Rules
    most: int
    """New tokens per text."""
    ends: frozenset[int]
    stops: Sequence[str]
    decode: Callable[[Sequence[int]], str]
    earlier: Sequence[Sequence[int]] = ()
    """The tokens of earlier versions of the text."""
    events: queue.SimpleQueue[TextEvent | EngineError] = field(default_factory=queue.SimpleQueue)
    gone: bool = False
    """Nobody waits any more: its rows are to leave the batch."""

    def rows(self, count: int, seed: int) -> list[Row]:
        """One row per variant; variant `i` of seed `s` is variant 0 of seed `s + i`."""
        return [Row(self, index, seed + index) for index in range(count)]

    def fail(self, error: EngineError) -> None:
        if not self.gone:
            self.gone = True
            self.events.put(error)


class Row:
    """One variant. All that it takes to go on is here and in its order, so that a row can be put off and resumed."""

    def __init__(self, order: Order, index: int, seed: int) -> None:
        self.order = order
        self.index = index
        self.chooser = Chooser(order.rules, seed, order.earlier)
        self.tokens = list(order.prompt)
        """Prompt and what was written."""
        self.done = False
        self._stream = TextStream(order.decode, order.stops)

    @property
    def fresh(self) -> bool:
        """Nothing is written yet, so that its tokens are those of every fresh row of its order."""
        return len(self.tokens) == len(self.order.prompt)

    def take(self, token: int) -> None:
        """The next token was chosen: tell what text it makes, and whether it is the last."""
        if token in self.order.ends:
            self._finish(truncated=False)
            return
        self.tokens.append(token)
        self.chooser.remember(token)
        self._tell(self._stream.take(token))
        if self._stream.stopped:
            self._finish(truncated=False)
        elif len(self.tokens) - len(self.order.prompt) >= self.order.most:
            self._finish(truncated=True)

    def _finish(self, *, truncated: bool) -> None:
        self._tell(self._stream.finish())
        self.done = True
        self.order.events.put(TextEnd(self.index, truncated and not self._stream.stopped))

    def _tell(self, text: str) -> None:
        if text:
            self.order.events.put(TextDelta(self.index, text))
