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
    """How the score comes about: a logistic function of how near a passage is, and of how far it stands out."""

    cosine: float
    coverage: float
    """Of the question's telling words, by passages in its language."""
    foreign_cosine: float
    foreign: float
    """Added for passages in another language, which share no words with the question and have smaller cosines."""
    lead: float
    """Of the nearest over those behind it: where many are equally near, the question is about what all have in common,
    and none answers it."""
    usual_lead: float
    """Where there are too few passages to tell."""
    bias: float
    threshold: float
    """Below it a passage does not answer the question."""


WEIGHTS = Weights(
    cosine=12.0, coverage=1.0, foreign_cosine=10.0, foreign=1.5, lead=1.0, usual_lead=1.5, bias=-5.46, threshold=0.5
)
"""Found on engine/evals/replies/practice: the first four in steps of 2 and .5 for the best order within and across
languages, the bias for the best sum of answered questions kept and unanswerable ones refused. The lead, place 1 less
the mean of places 3 to 10, tells those two apart better than cosine, coverage, BM25, the nearest sentence or the
nearest token of each token: an area under the curve of .79 with it and .73 without, among 31 and 9 questions."""
LEAD = slice(2, 10)
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


def ranked(asked: Asked, found: Candidates, cosines: Mapping[int, float], weights: Weights = WEIGHTS) -> list[Ranked]:
    """The best of what was found, best first; `cosines` by number."""
    by_number = {candidate.number: candidate for candidate in found.found}
    nearest = sorted((number for number in found.by_vector if number in cosines), key=lambda each: -cosines[each])
    fused = fuse(nearest, found.by_words)
    best = [number for number in sorted(fused, key=lambda each: -fused[each]) if number in by_number][:COMPARED]
    near = {number: _compared(asked, by_number[number], cosines.get(number, 0.0), weights) for number in best}
    bias = weights.bias + weights.lead * lead([each.score for each in near.values()], weights.usual_lead)
    compared = [replace(each, score=1.0 / (1.0 + math.exp(-each.score - bias))) for each in near.values()]
    best_first = sorted(compared, key=lambda each: (-each.score, each.number))
    return mixed(best_first, [_is_foreign(asked, by_number[each.number]) for each in best_first])


def mixed(best: Sequence[Ranked], foreign: Sequence[bool]) -> list[Ranked]:
    """The same, with OF_EACH of both kinds among the first SHOWN, where there are so many."""
    both = [[place for place, kind in enumerate(foreign) if kind is wanted][:OF_EACH] for wanted in (True, False)]
    sure = {place for places in both for place in places}
    others = [place for place in range(len(best)) if place not in sure]
    first = sorted([*sure, *others[: SHOWN - len(sure)]])
    return [best[place] for place in [*first, *others[SHOWN - len(sure) :]]]


def lead(nearness: Sequence[float], usual: float) -> float:
    """How far the nearest stands out; `usual` where there are none to stand out from."""
    ordered = sorted(nearness, reverse=True)
    behind = ordered[LEAD]
    return ordered[0] - sum(behind) / len(behind) if behind else usual


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
        nearness = weights.cosine * cosine + weights.coverage * coverage
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
