"""Measures of a classifier, each from labels and scores of the same length (n,)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AtThreshold:
    precision: float
    recall: float
    f1: float
    false_positive_rate: float


def average_precision(labels: Labels, scores: Scores) -> float:
    """Area under the precision-recall curve, as the mean precision at each positive; its chance is the prevalence."""
    if not labels.any():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(labels[order])
    precision = hits / np.arange(1, len(labels) + 1)
    return float(precision[labels[order]].mean())


def at_threshold(labels: Labels, scores: Scores, threshold: float) -> AtThreshold:
    """nan where there is nothing to divide by."""
    flagged = scores >= threshold
    hits = float((flagged & labels).sum())
    precision, recall = _share(hits, float(flagged.sum())), _share(hits, float(labels.sum()))
    false = _share(float((flagged & ~labels).sum()), float((~labels).sum()))
    return AtThreshold(precision, recall, _share(2 * hits, float(flagged.sum() + labels.sum())), false)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
