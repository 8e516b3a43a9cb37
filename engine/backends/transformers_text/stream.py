"""Turns tokens into text as they come: whole characters only, up to a stop string."""

from __future__ import annotations

from collections.abc import Callable, Sequence

_BROKEN = "\ufffd"
"""What a tokenizer puts for bytes that are not (yet) a character."""


class TextStream:
    """The text of one growing list of tokens.

    A token may be a part of a character, and its text may depend on the token before, so that a window of tokens is
    decoded twice, with and without the new ones, and the difference is new.
    """

    def __init__(self, decode: Callable[[Sequence[int]], str], stops: Sequence[str] = ()) -> None:
        self.stopped = False
        """A stop string came: nothing follows."""
        self._decode = decode
        self._stops = stops
        self._window: list[int] = []
        self._told = 0
        self._told_text = ""
        self._held = ""

    def take(self, token: int) -> str:
        """The text that became certain with this token, often ""."""
        self._window.append(token)
        text = self._decode(self._window)
        if text.endswith(_BROKEN) or len(text) <= len(self._told_text):
            return ""
        new = text[len(self._told_text) :]
        del self._window[: self._told]
        self._told = len(self._window)
        self._told_text = self._decode(self._window)
        return self._up_to_stop(new)

    def finish(self) -> str:
        """What was held back; half a character is left out."""
        new = self._decode(self._window)[len(self._told_text) :].rstrip(_BROKEN) if self._window else ""
        text = self._up_to_stop(new)
        held, self._held = self._held, ""
        return text if self.stopped else text + held

    def _up_to_stop(self, new: str) -> str:
        """Release text, but hold back what may be the beginning of a stop string."""
        if self.stopped:
            return ""
        text = self._held + new
        found = [at for stop in self._stops if (at := text.find(stop)) >= 0]
        if found:
            self.stopped, self._held = True, ""
            return text[: min(found)]
        keep = max((_overlap(text, stop) for stop in self._stops), default=0)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]


def _overlap(text: str, stop: str) -> int:
    """Length of the longest end of `text` that `stop` begins with."""
    return next((size for size in range(min(len(stop) - 1, len(text)), 0, -1) if text.endswith(stop[:size])), 0)
