"""Recall, mean reciprocal rank, and what is recognised, worked out by hand."""

from __future__ import annotations

import pytest

from engine.domain.knowledge import Hit, Passage
from engine.evals.replies.company import Answer, Question
from engine.evals.replies.figures import Figures, Outcome, best_threshold, figures, outcomes, refusing

ANSWERED = Question("en-01", "en", "how long", (Answer("a.en.md", "three days"),), across=False)
OPEN = Question("en-02", "en", "how loud", (), across=False)


def found(place: int, score: float = 1.0) -> Outcome:
    return Outcome(ANSWERED, place, score, refused=False)


def refused(question: Question) -> Outcome:
    return Outcome(question, 1 if question.answers else 0, 0.0, refused=True)


def hit(text: str, score: float = 0.9) -> Hit:
    return Hit(Passage(text, "d", "v", "title", text), score)


@pytest.mark.parametrize(
    ("asked", "recall_1", "recall_5", "mrr"),
    [
        ([], 0.0, 0.0, 0.0),
        ([found(1)], 1.0, 1.0, 1.0),
        ([found(1), found(2)], 0.5, 1.0, 0.75),
        ([found(5), found(6)], 0.0, 0.5, (1 / 5 + 1 / 6) / 2),
        ([found(1), found(0), refused(ANSWERED), found(4)], 0.5, 0.75, (1 + 1 + 1 / 4) / 4),
        ([found(1), Outcome(OPEN, 0, 0.9, refused=False)], 1.0, 1.0, 1.0),
    ],
)
def test_places_make_figures(asked: list[Outcome], recall_1: float, recall_5: float, mrr: float) -> None:
    made = figures(asked)
    assert (made.recall_1, made.recall_5, made.mrr) == pytest.approx((recall_1, recall_5, mrr))


def test_what_is_refused_is_counted_for_each_kind_of_question() -> None:
    made = figures([found(1), refused(ANSWERED), refused(OPEN), Outcome(OPEN, 0, 0.4, refused=False)])
    assert made == Figures(2, 1.0, 1.0, 1.0, answered_5=0.5, refused=1, unanswerable=2, recognised=1)


def test_the_place_is_that_of_the_first_passage_that_answers() -> None:
    hits = [hit("two days"), hit("it takes THREE\ndays"), hit("three days")]
    assert outcomes([ANSWERED], lambda question, most: hits) == [Outcome(ANSWERED, 2, 0.9, refused=False)]


def test_what_is_refused_keeps_its_place() -> None:
    found = outcomes([ANSWERED], lambda question, most: [hit("three days")], lambda question: True)
    assert found == [Outcome(ANSWERED, 1, 0.9, refused=True)]


def test_finding_nothing_is_refusing() -> None:
    assert outcomes([OPEN], lambda question, most: []) == [refused(OPEN)]


def test_a_threshold_refuses_what_scores_below_it() -> None:
    at_it, below = found(1, score=0.5), found(2, score=0.4)
    assert refusing([at_it, below], 0.5) == [at_it, Outcome(ANSWERED, 2, 0.4, refused=True)]


@pytest.mark.parametrize(
    ("answered", "unanswered", "threshold"),
    [
        ([0.8, 0.9], [0.1, 0.2], 0.5),
        ([0.6, 0.7, 0.8, 0.9], [0.1, 0.65], 0.675),
        ([0.5], [], 0.0),
    ],
)
def test_the_best_threshold_parts_the_two_kinds(
    answered: list[float], unanswered: list[float], threshold: float
) -> None:
    asked = [found(1, score) for score in answered] + [Outcome(OPEN, 0, score, refused=False) for score in unanswered]
    assert best_threshold(asked) == pytest.approx(threshold)
