"""What a store of passages keeps and finds; vectors go in and come out as bytes, so that nothing here computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain.knowledge import Passage


@dataclass(frozen=True, slots=True)
class Indexed:
    """A passage with what it is found by."""

    passage: Passage
    position: int
    """In its document, from 0."""
    words: tuple[str, ...]
    """With repeats."""
    vector: bytes = b""
    """float16, little-endian; b"" where the store has a passage with this id already: that one's stays."""
    signature: bytes = b""
    """A bit for each of its numbers, 1 where it is above 0; the first number's is the highest bit of the first byte."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What passages are looked for by."""

    signature: bytes
    """Of the question's vector; b"": by words alone."""
    words: tuple[str, ...]
    """Any of these; none: by the vector alone."""
    scopes: tuple[str, ...]
    most: int
    """So many by each of the two."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What was found by either way; the numbers of each, best first."""

    vectors: Mapping[int, bytes]
    """Of all of them, by number: the store's name for a passage."""
    by_vector: tuple[int, ...]
    by_words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer the question, to be compared in full."""

    number: int
    words: Mapping[str, int]
    """How often each stands in it."""
    lang: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How common words are among all passages."""

    passages: int
    """How many there are."""
    words: int
    """How many words they have together."""
    with_word: Mapping[str, int]
    """In how many a word stands; absent: in none."""
