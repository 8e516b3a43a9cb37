"""Fills a knowledge base: with a company's documents, or with very many passages made of their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from engine.domain.indexing import Indexed
from engine.domain.knowledge import EVERYBODY, Document, Learned, Passage
from engine.errors import ConfigurationError
from engine.evals.replies.company import Company
from engine.evals.replies.filler import filler
from engine.knowledge.vectors import packed
from engine.knowledge.words import words

if TYPE_CHECKING:
    from engine.adapters.passage_store import SqlPassageStore
    from engine.knowledge.base import KnowledgeBase
    from engine.ports import Vectors

Item = TypeVar("Item")

_OF_A_DOCUMENT = 100
"""Passages."""
_AT_ONCE = 20
"""Documents in a transaction."""
_NEAREST = 0.6
"""Of a made-up passage's vector, the part that is a real one's; the rest points anywhere, as those of others do."""


def teach(base: KnowledgeBase, company: Company) -> list[Passage]:
    """Have it learn all documents; the passages that they became. Raises ConfigurationError if one cannot be read."""
    for path in company.documents:
        lesson = base.learn(path.name, path.read_bytes(), scope=EVERYBODY)
        if lesson.learned is Learned.UNREADABLE:
            raise ConfigurationError(f"{path.name} cannot be read: {lesson.reason}")
    return [passage for document in base.documents() for passage in base.store.stored(document.id)]


def stock(store: SqlPassageStore, known: Sequence[Passage], vectors: Vectors, count: int) -> Iterator[int]:
    """Store passages that look like the known ones, whose vectors these are, until there are `count`; yields how many.

    Nothing is embedded, which would take a quarter of an hour.
    """
    there = sum(document.passages for document in store.documents())
    texts = filler([passage.text for passage in known], count)
    documents = _documents(islice(texts, there, None), vectors, there)
    for some in _in_parts(documents, _AT_ONCE):
        store.put_all(some)
        there += sum(len(indexed) for _, indexed in some)
        yield there


def _documents(texts: Iterator[str], vectors: Vectors, first: int) -> Iterator[tuple[Document, list[Indexed]]]:
    for number, some in enumerate(_in_parts(texts, _OF_A_DOCUMENT)):
        name = f"filler-{first + number * _OF_A_DOCUMENT}"
        document = Document(name, name, EVERYBODY, "1", name, passages=len(some))
        made = packed(_near(vectors, len(some), first + number))
        yield (
            document,
            [
                Indexed(Passage(f"{name}-{place}", name, "1", name, text), place, tuple(words(text)), *made[place])
                for place, text in enumerate(some)
            ],
        )


def _near(vectors: Vectors, count: int, seed: int) -> Vectors:
    """So many, each of length 1, always the same for a seed."""
    import numpy as np

    chance = np.random.default_rng(seed)
    noise = chance.standard_normal((count, vectors.shape[1]), np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    mixed = _NEAREST * vectors[chance.integers(len(vectors), size=count)] + (1 - _NEAREST) * noise
    found: Vectors = (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)
    return found


def _in_parts(given: Iterator[Item], most: int) -> Iterator[list[Item]]:
    return iter(lambda: list(islice(given, most)), [])
