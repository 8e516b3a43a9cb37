"""Plain searches find by words, or by meaning, and never refuse what shares either."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.domain.knowledge import Passage
from engine.evals.replies.baselines import bm25, embeddings


def passage(text: str, heading: str = "") -> Passage:
    return Passage(text, "d", "v", "", text, heading)


PASSAGES = [passage("the kettle boils"), passage("the pan rusts", "care"), passage('the "lamp" glows')]


def test_bm25_puts_the_passage_with_the_rarest_words_first() -> None:
    found = bm25(PASSAGES, str.split)("the pan", 5)
    assert [hit.passage.text for hit in found] == ["the pan rusts", "the kettle boils", 'the "lamp" glows']
    assert found[0].score > found[1].score > 0


def test_bm25_reads_headings_and_finds_nothing_without_a_common_word() -> None:
    search = bm25(PASSAGES, str.split)
    assert [hit.passage.text for hit in search("care", 5)] == ["the pan rusts"]
    assert not search("sofa", 5)
    assert not search('" OR', 5)


def test_embeddings_rank_by_cosine() -> None:
    def vectors(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        known = {"pan": (1.0, 0.0), "kettle": (0.6, 0.8), "lamp": (0.0, 1.0)}
        return np.array([known[next(name for name in known if name in text)] for text in texts], np.float32)

    found = embeddings(PASSAGES, vectors, vectors)("a pan", 2)
    assert [(hit.passage.text, round(hit.score, 6)) for hit in found] == [
        ("the pan rusts", 1.0),
        ("the kettle boils", 0.6),
    ]
