"""The figures of a search: how often it finds what answers, and how well it knows when nothing does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.domain.knowledge import Hit
from engine.evals.replies.company import Question

DEEPEST = 10
"""So many passages are asked for; what stands below counts as not found."""

Search = Callable[[str, int], Sequence[Hit]]
"""A question and the most passages wanted; best first, none where nothing applies."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one search made of one question."""

    question: Question
    place: int
    """Of the first passage that answers, from 1; 0 if none of those found does."""
    score: float
    """The first passage's; 0 if there is none."""
    refused: bool
    """The product would say that nothing applies, whatever the place."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a search is worth on some questions."""

    answerable: int
    recall_1: float
    """Share of the answerable questions whose first passage answers."""
    recall_5: float
    """Share with an answer among the first five passages."""
    mrr: float
    """Mean of one over the place of the first passage that answers (Voorhees 1999, TREC-8)."""
    answered_5: float
    """Share with an answer among the first five passages that is not refused."""
    refused: int
    """Answerable questions that it would not answer."""
    unanswerable: int
    recognised: int
    """Unanswerable questions that it would not answer."""


def outcomes(
    questions: Iterable[Question], search: Search, refuses: Callable[[str], bool] = lambda question: False
) -> list[Outcome]:
    """Each question asked once. To find nothing is to refuse."""
    return [
        _outcome(question, search(question.text, DEEPEST), refused=refuses(question.text)) for question in questions
    ]


def figures(found: Sequence[Outcome]) -> Figures:
    """Zeros for a kind of questions that there are none of."""
    asked = [outcome for outcome in found if outcome.question.answers]
    others = [outcome for outcome in found if not outcome.question.answers]
    return Figures(
        answerable=len(asked),
        recall_1=_share(asked, 1, len(asked)),
        recall_5=_share(asked, 5, len(asked)),
        mrr=sum(1 / outcome.place for outcome in asked if outcome.place) / max(1, len(asked)),
        answered_5=_share([outcome for outcome in asked if not outcome.refused], 5, len(asked)),
        refused=sum(outcome.refused for outcome in asked),
        unanswerable=len(others),
        recognised=sum(outcome.refused for outcome in others),
    )


def refusing(found: Iterable[Outcome], threshold: float) -> list[Outcome]:
    """The same, had the search refused whatever scores below a threshold."""
    return [replace(each, refused=True) if each.score < threshold else each for each in found]


def best_threshold(found: Sequence[Outcome]) -> float:
    """The one that answers what can be answered, and nothing else, most often, both kinds weighing the same.

    Youden's index; of several that are as good, the middle between the lowest and the next score above.
    """
    scores = sorted({outcome.score for outcome in found})
    between = [(low + high) / 2 for low, high in pairwise(scores)]
    return max([0.0, *between], key=lambda threshold: _youden(figures(refusing(found, threshold))))


def _youden(figures: Figures) -> float:
    return figures.recognised / max(1, figures.unanswerable) - figures.refused / max(1, figures.answerable)


def _outcome(question: Question, hits: Sequence[Hit], *, refused: bool) -> Outcome:
    places = (place for place, hit in enumerate(hits, 1) if _answers(question, hit))
    return Outcome(question, next(places, 0), hits[0].score if hits else 0.0, refused or not hits)


def _answers(question: Question, hit: Hit) -> bool:
    return any(answer.is_in(hit.passage.text) for answer in question.answers)


def _share(found: Sequence[Outcome], most: int, asked: int) -> float:
    return sum(0 < outcome.place <= most for outcome in found) / max(1, asked)
