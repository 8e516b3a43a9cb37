"""Many passages made of a few documents' own words, so that a search among them has as much to do as in real life."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

_SENTENCE = re.compile(r"[^。！？.!?\n]+[。！？.!?]?")
_NUMBER = re.compile(r"\d+")
_FEWEST_LETTERS = 8
_SENTENCES = 6
"""In each passage, about as long together as a passage of a document."""


def sentences(texts: Sequence[str]) -> tuple[str, ...]:
    """All that are long enough to say something."""
    found = (sentence.strip() for text in texts for sentence in _SENTENCE.findall(text))
    return tuple(dict.fromkeys(sentence for sentence in found if len(sentence) >= _FEWEST_LETTERS))


def filler(texts: Sequence[str], count: int, seed: int = 0) -> Iterator[str]:
    """`count` passages, always the same for the same texts, of their sentences with other numbers in them."""
    known, chance = sentences(texts), random.Random(seed)  # noqa: S311 - to be the same each time
    for _ in range(count):
        chosen = " ".join(chance.choices(known, k=_SENTENCES))
        yield _NUMBER.sub(lambda number: str(chance.randrange(10 ** len(number[0]))), chosen)
