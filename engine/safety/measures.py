"""Measures of a classifier, each from labels and scores of the same length (n,).

Texts of the same score cannot be told apart by any threshold: they are always taken together, whatever their order.
Definitions as in scikit-learn's metrics. nan wherever there is nothing to divide by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

RESAMPLES = 500


@dataclass(frozen=True, slots=True)
class AtThreshold:
    precision: float
    recall: float
    f1: float
    false_positive_rate: float
    accuracy: float


def average_precision(labels: Labels, scores: Scores) -> float:
    """Area under the precision-recall curve, as the mean precision at each positive; its chance is the prevalence."""
    if not labels.any():
        return float("nan")
    hits, false = _curve(labels, scores)
    gained = np.diff(hits, prepend=0)
    return float((gained * hits / (hits + false)).sum() / hits[-1])


def interval(labels: Labels, scores: Scores, resamples: int = RESAMPLES) -> tuple[float, float]:
    """95 % of average_precision by the bootstrap, always with the same resamples; those without positives count not."""
    randomly = np.random.default_rng(0)
    found = []
    for _ in range(resamples if labels.any() else 0):
        rows = randomly.integers(len(labels), size=len(labels))
        if labels[rows].any():
            found.append(average_precision(labels[rows], scores[rows]))
    if not found:
        return float("nan"), float("nan")
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)


def area_under_roc(labels: Labels, scores: Scores) -> float:
    """The chance that a positive scores higher than a negative, ties counting half."""
    if labels.all() or not labels.any():
        return float("nan")
    hits, false = _curve(labels, scores)
    before = np.concatenate([[0], hits[:-1]])
    area = np.diff(false, prepend=0) * (before + hits) / 2
    return float(area.sum() / (hits[-1] * false[-1]))


def recall_at(labels: Labels, scores: Scores, false_positive_rate: float) -> float:
    """The highest recall of a threshold that flags no more than this share of the negatives."""
    if labels.all() or not labels.any():
        return float("nan")
    hits, false = _curve(labels, scores)
    possible = hits[false / false[-1] <= false_positive_rate]
    return float(possible.max(initial=0) / hits[-1])


def most_accurate(labels: Labels, scores: Scores) -> float:
    """The threshold with the highest accuracy on these very texts; infinite where nothing should be flagged."""
    hits, false = _curve(labels, scores)
    thresholds = np.concatenate([[np.inf], np.unique(scores)[::-1]])
    return float(thresholds[np.argmax(np.concatenate([[0], hits - false]))])


def at_threshold(labels: Labels, scores: Scores, threshold: float) -> AtThreshold:
    """What flagging from this score on gets right."""
    return at_decision(labels, scores >= threshold)


def at_decision(labels: Labels, flagged: Labels) -> AtThreshold:
    """What flagging these gets right."""
    hits = float((flagged & labels).sum())
    precision, recall = _share(hits, float(flagged.sum())), _share(hits, float(labels.sum()))
    false = _share(float((flagged & ~labels).sum()), float((~labels).sum()))
    f1 = _share(2 * hits, float(flagged.sum() + labels.sum()))
    return AtThreshold(precision, recall, f1, false, _share(float((flagged == labels).sum()), len(labels)))


def _curve(labels: Labels, scores: Scores) -> tuple[Counts, Counts]:
    """True and false positives with each score as the threshold, the highest score first."""
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, bool(len(scores))))
    hits = np.cumsum(labels[order], dtype=np.int64)[last]
    return hits, last + 1 - hits


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
