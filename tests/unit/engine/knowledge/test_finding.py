"""What was found is read together with the question before it is given out."""

from __future__ import annotations

import pytest

from engine.adapters.passage_store import SqlPassageStore
from engine.domain.knowledge import EVERYBODY, Reader
from engine.errors import KnowledgeUnavailable
from engine.knowledge.base import KnowledgeBase
from engine.knowledge.finding import READ, Ways
from tests.fakes import FakeAnswerScorer, FakeEmbedder

ANYBODY = Reader("T1")
PAGES = "# Lamps\n" + "".join(f"## {head}\nThe lamp {text}.\n" for head, text in [
    ("Colour", "is blue, blue lamp, lamp"), ("Weight", "weighs two pounds"), ("Cord", "has a cord of cotton"),
    ("Bulb", "takes any bulb"), ("Base", "stands on oak"), ("Shade", "has a shade of paper"),
])  # fmt: skip


@pytest.fixture
def scorer() -> FakeAnswerScorer:
    return FakeAnswerScorer()


@pytest.fixture
def base(passages: SqlPassageStore, embedder: FakeEmbedder, scorer: FakeAnswerScorer) -> KnowledgeBase:
    base = KnowledgeBase(passages, embedder, scorer)
    base.learn("lamps.md", PAGES.encode(), scope=EVERYBODY)
    return base


def test_the_passage_that_answers_comes_first_whatever_is_nearest(
    base: KnowledgeBase, scorer: FakeAnswerScorer
) -> None:
    nearest = [each.hit.passage.heading for each in base.finder.find("lamp weighs", ANYBODY, ways=Ways.VECTORS)]
    hit, *others = base.search("lamp weighs", ANYBODY)
    assert hit.passage.heading == "Weight"
    assert hit.score == 1.0
    assert len(nearest) == 1 + len(others)


def test_only_the_first_are_read_and_the_others_stay_behind_them(base: KnowledgeBase, scorer: FakeAnswerScorer) -> None:
    scores = [hit.score for hit in base.search("lamp weighs", ANYBODY)]
    [read] = scorer.read
    assert len(read) == READ
    assert any(text == "Lamps › Weight\nThe lamp weighs two pounds." for text in read), "with what it is about"
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 5


def test_what_none_of_them_answers_finds_nothing_however_near_they_are(
    base: KnowledgeBase, scorer: FakeAnswerScorer
) -> None:
    found = base.finder.find("What is lamp?", ANYBODY)
    assert found
    scorer.scores = lambda question, passages: [0.01] * len(passages)  # type: ignore[method-assign]
    assert base.search("What is lamp?", ANYBODY) == ()
    assert len(base.finder.find("What is lamp?", ANYBODY)) == len(found)


def test_whoever_wants_one_gets_the_best_of_those_read(base: KnowledgeBase) -> None:
    assert [hit.passage.heading for hit in base.search("lamp weighs", ANYBODY, 1)] == ["Weight"]


def test_one_way_alone_is_not_read(base: KnowledgeBase, scorer: FakeAnswerScorer) -> None:
    base.finder.find("lamp weighs", ANYBODY, ways=Ways.WORDS)
    assert scorer.read == []


def test_a_reader_that_is_not_there_is_told_as_such(base: KnowledgeBase, scorer: FakeAnswerScorer) -> None:
    scorer.error = KnowledgeUnavailable("no weights")
    with pytest.raises(KnowledgeUnavailable):
        base.search("lamp weighs", ANYBODY)
