"""Finds the passage in another language that says the same as one, as a translation of its document does.

Nearest neighbours both ways, as parallel sentences are mined: of the passages in the language wanted the one nearest in
meaning, unless another passage in the first one's language is nearer to that.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.domain.knowledge import Passage, Reader
from engine.knowledge.finding import MOST, Finder, Ways
from engine.knowledge.learning import told
from engine.ports import Embedder

SAME = 0.5
"""Cosine from which on the nearest passage in the other language, nearest both ways, is taken for a translation.

Found on both example companies of engine/evals/replies, as engine/adapters/e5_embedder.py sees them: of passages that
are nearest both ways most translations are as near, and no other is: those reach .44.
"""
_COMPARED = 5
"""So many of the nearest are embedded again, as passages and not as answers to a question."""


def translation(finder: Finder, embedder: Embedder, passage: Passage, lang: str, reader: Reader) -> Passage | None:
    """In the language `lang`, of what `reader` may be answered from; None where nothing says the same.

    What agents saved is no translation: it was written for another customer. Raises KnowledgeUnavailable and
    StoreUnavailable.
    """
    found = [each for each in _nearest(finder, passage, reader) if _in(each, lang)][:_COMPARED]
    if not found:
        return None
    nearness = _alike(embedder, passage, found)
    near = max(nearness)
    if near < SAME:
        return None
    best = found[nearness.index(near)]
    others = [each for each in _nearest(finder, best, reader) if not _in(each, lang)]
    rivals = [each for each in others if each.id != passage.id][:_COMPARED]
    return best if near >= max(_alike(embedder, best, rivals), default=near) else None


def _nearest(finder: Finder, passage: Passage, reader: Reader) -> list[Passage]:
    hits = [found.hit.passage for found in finder.find(told(passage), reader, MOST, Ways.VECTORS)]
    return [each for each in hits if not each.canned]


def _in(passage: Passage, lang: str) -> bool:
    return passage.lang.partition("-")[0] == lang


def _alike(embedder: Embedder, passage: Passage, others: Sequence[Passage]) -> list[float]:
    """The cosine of each."""
    vectors = embedder.embed([told(passage), *map(told, others)])
    return [float(each) for each in vectors[1:] @ vectors[0]]
