"""Each measure is what its definition says, counted naively; the order of texts with the same score changes nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.safety.measures import (
    Labels,
    Scores,
    area_under_roc,
    at_decision,
    at_threshold,
    average_precision,
    interval,
    most_accurate,
    recall_at,
)

Pairs = list[tuple[bool, float]]
pairs = st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0])), min_size=1, max_size=12)


def arrays(found: Pairs) -> tuple[Labels, Scores]:
    return np.array([label for label, _ in found]), np.array([score for _, score in found])


def same(measured: float, naive: float) -> bool:
    return measured == pytest.approx(naive, nan_ok=True)


def rates(found: Pairs, threshold: float) -> tuple[float, float]:
    """Recall and false-positive rate."""
    positives, negatives = ([score for label, score in found if label is kind] for kind in (True, False))
    return tuple(sum(s >= threshold for s in kind) / len(kind) for kind in (positives, negatives))  # type: ignore[return-value]


def both(found: Pairs) -> bool:
    return len({label for label, _ in found}) == 2


@given(pairs)
def test_average_precision_is_the_mean_precision_at_the_positives(found: Pairs) -> None:
    precisions = []
    for label, threshold in found:
        flagged = [other for other, score in found if score >= threshold]
        if label:
            precisions.append(sum(flagged) / len(flagged))
    naive = sum(precisions) / len(precisions) if precisions else math.nan
    assert same(average_precision(*arrays(found)), naive)


@given(pairs)
def test_area_under_roc_is_the_chance_to_rank_a_pair_right(found: Pairs) -> None:
    wins = [(high > low) + (high == low) / 2 for label, high in found if label for other, low in found if not other]
    assert same(area_under_roc(*arrays(found)), sum(wins) / len(wins) if wins else math.nan)


@given(pairs, st.sampled_from([0.0, 0.01, 0.05, 0.5, 1.0]))
def test_recall_at_is_the_best_of_all_thresholds(found: Pairs, limit: float) -> None:
    naive = math.nan
    if both(found):
        possible = [rates(found, threshold) for threshold in {score for _, score in found}]
        naive = max((recall for recall, false in possible if false <= limit), default=0.0)
    assert same(recall_at(*arrays(found), limit), naive)


@given(pairs)
def test_no_threshold_is_more_accurate(found: Pairs) -> None:
    def accuracy(threshold: float) -> float:
        return sum((score >= threshold) is label for label, score in found) / len(found)

    assert accuracy(most_accurate(*arrays(found))) == max(accuracy(t) for t in [math.inf, *(s for _, s in found)])


@given(pairs, st.randoms())
def test_the_order_does_not_count(found: Pairs, randomly: np.random.Generator) -> None:
    shuffled = list(found)
    randomly.shuffle(shuffled)
    for measure in (average_precision, area_under_roc):
        assert same(measure(*arrays(found)), measure(*arrays(shuffled)))


def test_figures_at_a_threshold_and_at_a_decision() -> None:
    labels, scores = np.array([True, False, True, False]), np.array([0.9, 0.8, 0.7, 0.1])
    at = at_threshold(labels, scores, 0.75)
    assert (at.precision, at.recall, at.f1, at.false_positive_rate, at.accuracy) == (0.5, 0.5, 0.5, 0.5, 0.5)
    assert at == at_decision(labels, np.array([True, True, False, False]))


def test_nothing_to_divide_by_is_not_a_number() -> None:
    safe, low = np.array([False, False]), np.array([0.1, 0.2])
    at = at_threshold(safe, low, 0.5)
    assert math.isnan(at.precision)
    assert math.isnan(at.recall)
    assert (at.false_positive_rate, at.accuracy) == (0.0, 1.0)
    assert math.isnan(interval(safe, low)[0])


def test_the_interval_holds_the_measure_and_is_the_same_every_time() -> None:
    randomly = np.random.default_rng(1)
    labels = randomly.random(200) < 0.3
    scores = labels * 0.5 + randomly.random(200)
    low, high = interval(labels, scores, resamples=100)
    assert low < average_precision(labels, scores) < high
    assert (low, high) == interval(labels, scores, resamples=100)
