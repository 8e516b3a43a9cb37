"""The words of a passage come back from either database as often as they stand in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.adapters.passage_store import SqlPassageStore
from engine.domain.indexing import Candidate, Indexed, Sought
from engine.domain.knowledge import EVERYBODY, Document, Passage

WORDS = {"bottl": 3, "o'clock": 1, "it:2": 2, "水壶": 1, "30": 11}


@pytest.fixture
def store(url: str) -> Iterator[SqlPassageStore]:
    made = SqlPassageStore(url)
    words = tuple(word for word, times in WORDS.items() for _ in range(times))
    passages = [
        Indexed(Passage(f"p{place}", "d", "1", "", "text", lang=lang), place, found, bytes(768), bytes(48))
        for place, (found, lang) in enumerate([(words, "en"), (("bottl",), "zh"), ((), "")])
    ]
    made.put(Document("d", "d", EVERYBODY, "1", "d", passages=len(passages)), passages)
    yield made
    made.close()


def test_what_was_found_is_compared_by_its_words_in_the_order_asked_for(store: SqlPassageStore) -> None:
    found = store.candidates(Sought(bytes(48), (), (EVERYBODY,), 9)).by_vector
    wanted = [found[2], 1_000, found[0], found[1]]
    assert store.compared(wanted) == (
        Candidate(found[2], {}, ""),
        Candidate(found[0], WORDS, "en"),
        Candidate(found[1], {"bottl": 1}, "zh"),
    )
    assert store.compared([]) == ()
