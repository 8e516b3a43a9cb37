"""Decides which passages answer a question, from what two ways of looking found.

Both lists are fused by reciprocal rank (Cormack et al. 2009), the best of them compared in full: by the cosine of the
vectors and by the share of the question's telling words that stand in the passage, each weighed by how rare it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.domain.indexing import Candidate, Candidates, Counts

FUSION_K = 60
"""Of reciprocal rank fusion, as its paper has it."""
COMPARED = 100
"""So many are compared in full."""
BM25_K1, BM25_B = 1.2, 0.75
"""Robertson's usual ones."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How the score comes about: a logistic function of how near a passage is, and of how far the nearest stands out.

    Nearness is the cosine, and what is added to it.
    """

    coverage: float
    """Of the question's telling words, by a passage in its language."""
    foreign_cosine: float
    foreign: float
    """Instead, of a passage in another language: it shares no words with the question, and its cosines are smaller."""
    nearness: float
    lead: float
    """Of the nearest over those behind it in its language, since a translation says the same: where many are equally
    near, the question is about what all have in common, and none answers it."""
    usual_lead: float
    """Where there are too few passages to tell."""
    bias: float
    threshold: float
    """Below it a passage does not answer the question."""


WEIGHTS = Weights(
    coverage=1 / 12,
    foreign_cosine=10 / 12,
    foreign=1.5 / 12,
    nearness=12.0,
    lead=12.0,
    usual_lead=0.15,
    bias=-5.6,
    threshold=0.5,
)
"""Found on the 40 questions of engine/evals/replies/practice, in this order.

The first three: the best order within and across languages, in steps of 2/12 and .5/12. Then how much of e5's centres
is subtracted and how much a heading counts: mean reciprocal rank .90 and .87 with both, .84 and .82 before. Lead as
much as nearness: of the ratios tried the one that tells answered questions from unanswerable ones best (area under
the curve .85, with nearness alone .81; the nearest sentence, the nearest token of each token and BM25 add nothing).
The bias: 4 of 31 answered ones refused, 5 of 9 others recognised. e5 tells no better, and an agent sees the sources.
"""
LEAD = slice(2, 10)
"""Places behind the nearest, counted from 0; the second may answer, too."""
_LEAST_BEHIND = 4
SHOWN, OF_EACH = 5, 2
"""Among the first five there are two in the question's language and two in another, if there are any at all: how near a
passage is tells less between languages than within one, and neither shall crowd the other out."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, ready to be compared."""

    words: tuple[tuple[str, ...], ...]
    """Each telling word, with other words for the same."""
    lang: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage with how likely it answers, and what that is made of."""

    number: int
    score: float
    cosine: float
    coverage: float
    bm25: float


def shortlist(found: Candidates, cosines: Mapping[int, float]) -> list[int]:
    """Numbers of what is worth comparing in full, best first; `cosines` by number."""
    nearest = sorted((number for number in found.by_vector if number in cosines), key=lambda each: -cosines[each])
    fused = fuse(nearest, found.by_words)
    return [number for number in sorted(fused, key=lambda each: -fused[each]) if number in cosines][:COMPARED]


def ranked(
    asked: Asked, found: Sequence[Candidate], cosines: Mapping[int, float], weights: Weights = WEIGHTS
) -> list[Ranked]:
    """The shortlist, best first; `cosines` by number."""
    by_number = {candidate.number: candidate for candidate in found}
    near = {each.number: _compared(asked, each, cosines[each.number], weights) for each in found}
    lang = _language_of_nearest(near, by_number)
    alike = [each.score for number, each in near.items() if by_number[number].lang == lang]
    bias = weights.bias + weights.lead * lead(alike, weights.usual_lead)
    compared = [replace(each, score=_logistic(weights.nearness * each.score + bias)) for each in near.values()]
    best_first = sorted(compared, key=lambda each: (-each.score, each.number))
    return mixed(best_first, [_is_foreign(asked, by_number[each.number]) for each in best_first])


def mixed(best: Sequence[Ranked], foreign: Sequence[bool]) -> list[Ranked]:
    """The same, with OF_EACH of both kinds among the first SHOWN, where there are so many."""
    both = [[place for place, kind in enumerate(foreign) if kind is wanted][:OF_EACH] for wanted in (True, False)]
    sure = {place for places in both for place in places}
    others = [place for place in range(len(best)) if place not in sure]
    first = sorted([*sure, *others[: SHOWN - len(sure)]])
    return [best[place] for place in [*first, *others[SHOWN - len(sure) :]]]


def _language_of_nearest(near: Mapping[int, Ranked], by_number: Mapping[int, Candidate]) -> str:
    nearest = max(near, key=lambda number: near[number].score, default=None)
    return "" if nearest is None else by_number[nearest].lang


def lead(nearness: Sequence[float], usual: float) -> float:
    """How far the nearest stands out; `usual` where there are too few to stand out from."""
    ordered = sorted(nearness, reverse=True)
    behind = ordered[LEAD]
    return ordered[0] - sum(behind) / len(behind) if len(behind) >= _LEAST_BEHIND else usual


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))


def fuse(*lists: Sequence[int]) -> dict[int, float]:
    """By number, the sum over the lists of 1 / (k + place)."""
    fused: dict[int, float] = {}
    for each in lists:
        for place, number in enumerate(each, 1):
            fused[number] = fused.get(number, 0.0) + 1.0 / (FUSION_K + place)
    return fused


def rarity(word: str, counts: Counts) -> float:
    """Inverse document frequency, as BM25 has it; never below 0."""
    there = counts.with_word.get(word, 0)
    return math.log(1.0 + (counts.passages - there + 0.5) / (there + 0.5))


def _compared(asked: Asked, candidate: Candidate, cosine: float, weights: Weights) -> Ranked:
    """With how near it is in place of the score."""
    coverage, bm25 = _coverage(asked, candidate), _bm25(asked, candidate)
    if _is_foreign(asked, candidate):
        nearness = weights.foreign_cosine * cosine + weights.foreign
    else:
        nearness = cosine + weights.coverage * coverage
    return Ranked(candidate.number, nearness, cosine, coverage, bm25)


def _is_foreign(asked: Asked, candidate: Candidate) -> bool:
    return bool(asked.lang and candidate.lang) and asked.lang != candidate.lang


def _coverage(asked: Asked, candidate: Candidate) -> float:
    """Which share of what the question says stands in the passage, from 0 to 1."""
    weighed = [(rarity(same[0], asked.counts), any(word in candidate.words for word in same)) for same in asked.words]
    whole = sum(weight for weight, _ in weighed)
    return sum(weight for weight, there in weighed if there) / whole if whole else 0.0


def _bm25(asked: Asked, candidate: Candidate) -> float:
    counts, length = asked.counts, sum(candidate.words.values())
    usual = counts.words / counts.passages if counts.passages else 1.0
    score = 0.0
    for word in {word for same in asked.words for word in same}:
        if times := candidate.words.get(word, 0):
            damped = times + BM25_K1 * (1 - BM25_B + BM25_B * length / usual)
            score += rarity(word, counts) * times * (BM25_K1 + 1) / damped
    return score
