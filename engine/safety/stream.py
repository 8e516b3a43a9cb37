"""Clears a text while it is written: each sentence is checked with what stands before it, then shown.

A sentence ends where the text alone says so, so how it was cut into pieces on the way changes nothing. What is shown
is redacted as the whole would be: no secret but a PEM key reaches over a sentence's end (recognisers.py), and an
open PEM key holds back all that follows it.

Where the policy uses an outside model, only what it cleared is shown. It is asked about the whole so far after every
TOGETHER_SENTENCES sentences and at the end: once per sentence would cost a call each. The text grows in larger steps
then, and a short one is shown at its end only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from engine.domain.safety import Action, Verdict
from engine.safety.recognisers import open_key

Check = Callable[[str], Verdict]

TOGETHER_CHARS = 200
"""A sentence is judged with what stands before it up to this length: harmless parts can make a harmful whole. It is
what the classifier takes in one look, and so the dearest check is asked once."""
CONTEXT_CHARS = 60
"""Of what stands before a long sentence, at least so much."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_CLOSING = "[\"')\\]”’»」』）*_]*"
_SENTENCE_END = re.compile(
    rf"(?<!\b[Nn][or])(?<!\b[Tt]el)[.!?…。！？]{_CLOSING}(?=[\s{_CJK}“「『《【])|\n(?=.|\n)", re.DOTALL
)
"""Only where white space or a Chinese character follows: what goes on in Latin letters may be one token. And not after
"no." or "tel.": the number that they name follows."""


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """The sentences of a whole text, each with the place where it begins; a stream ends sentences nowhere else."""
    start = 0
    for end in (*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)):
        yield start, text[start:end]
        start = end


TOGETHER_SENTENCES = 4
"""Between two questions to an outside model."""


class SentenceStream:
    """A StreamCheck; `check` judges a text as output, by the local layers where there is an `outside` one.

    `so_far` judges all that came, for what reaches over sentences; `outside` judges by all layers.
    """

    def __init__(self, check: Check, so_far: Check, outside: Check | None = None) -> None:
        self._check = check
        self._so_far = so_far
        self._outside = outside
        self._waiting = 0
        """Sentences that the local layers cleared and the outside model has not seen."""
        self._shown = ""
        self._raw = ""
        self._done = 0
        """Up to where the raw text was judged."""
        self._cleared = ""
        self._refusal: Verdict | None = None

    @property
    def refused(self) -> bool:
        return self._refusal is not None

    def feed(self, text: str) -> str:
        self._raw += text
        for end in self._ends():
            self._clear(end)
            if self.refused:
                break
        if self._outside is None or self._waiting >= TOGETHER_SENTENCES:
            self._show()
        return "" if self.refused else self._shown

    def finish(self) -> Verdict:
        if self._refusal is None:
            verdict = (self._outside or self._check)(self._raw)
            if verdict.allowed:
                return verdict if verdict.text is not None else replace(verdict, text=self._raw)
            self._refusal = verdict
        return self._refusal

    def _ends(self) -> Iterator[int]:
        """Where sentences end that were not judged yet; what cannot end here is left for a later end."""
        if self.refused:
            return
        for match in _SENTENCE_END.finditer(self._raw, self._done):
            if not open_key(self._raw[: match.end()]):
                yield match.end()

    def _clear(self, end: int) -> None:
        sentence = self._raw[self._done : end]
        so_far = self._so_far(self._raw[:end])
        if not so_far.allowed:
            self._refusal = so_far
            return
        start = max(0, min(self._done - CONTEXT_CHARS, end - TOGETHER_CHARS))
        verdict = self._check(self._raw[start:end])
        if verdict.action is Action.REDACT:  # in the context or in the sentence: it alone tells
            verdict = self._check(sentence)
        if not verdict.allowed:
            self._refusal = verdict
            return
        self._cleared += sentence if verdict.text is None else verdict.text
        self._done = end
        self._waiting += 1

    def _show(self) -> None:
        """Show what was cleared, if the outside model agrees."""
        if self._outside is not None and not self.refused:
            verdict = self._outside(self._raw[: self._done])
            if not verdict.allowed:
                self._refusal = verdict
        self._shown = self._cleared
        self._waiting = 0
