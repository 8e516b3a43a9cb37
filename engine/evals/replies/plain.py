"""The local sentence model: as the product uses it, and as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.adapters.e5_answer_scorer import E5AnswerScorer
from engine.adapters.e5_embedder import E5Embedder

if TYPE_CHECKING:
    from engine.evals.replies.baselines import Embed
    from engine.ports import AnswerScorer, Embedder, Vectors


def e5() -> tuple[Embedder, AnswerScorer, tuple[Embed, Embed]]:
    """The product's embedder and its reader of answers; and plain embeddings.

    Those of passages and of questions, with the prefixes that e5 wants.
    """
    from engine.models.e5.reader import PASSAGE, QUESTION, Reader

    reader = Reader()

    def passages(texts: Sequence[str]) -> Vectors:
        return reader.read([PASSAGE + text for text in texts])

    def questions(texts: Sequence[str]) -> Vectors:
        return reader.read([QUESTION + text for text in texts])

    return E5Embedder(), E5AnswerScorer(), (passages, questions)
