"""Logistic regression over sparse or dense columns, and its calibration, with SciPy's L-BFGS."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

PRIOR = 0.1
"""Where half of a set is unsafe, its probabilities would be too high for people at work."""

Vector = npt.NDArray[np.float64]
Labels = npt.NDArray[np.bool_]


def fit(columns: Any, labels: Labels, strength: float, importance: Vector) -> tuple[Vector, float]:
    """Weights (columns,) and bias, both classes weighing the same; `strength` is the inverse of the L2 penalty.

    `importance` is (texts,): how much each counts within its class.

    `columns` is (texts, columns), an array or a SciPy sparse matrix.
    """
    target = labels.astype(np.float64)
    counted = importance / importance.mean()
    share = float((counted * target).mean())
    weights = strength * counted * np.where(labels, 0.5 / share, 0.5 / (1 - share))

    def loss(point: Vector) -> tuple[float, Vector]:
        logits = columns @ point[:-1] + point[-1]
        gradient = weights * (_sigmoid(logits) - target)
        error = float((weights * (np.logaddexp(0, logits) - target * logits)).sum() + point[:-1] @ point[:-1] / 2)
        return error, np.concatenate([columns.T @ gradient + point[:-1], [gradient.sum()]])

    found = _minimised(loss, np.zeros(columns.shape[1] + 1))
    return found[:-1], float(found[-1])


def calibrate(logits: Vector, labels: Labels, prior: float = PRIOR) -> tuple[float, float]:
    """Platt's slope and shift (Platt 1999, with his smoothed targets), for a share of unsafe texts up to `prior`."""
    positives, negatives = labels.sum(), (~labels).sum()
    target = np.where(labels, (positives + 1) / (positives + 2), 1 / (negatives + 2))

    def loss(line: Vector) -> tuple[float, Vector]:
        moved = logits * line[0] + line[1]
        difference = _sigmoid(moved) - target
        error = float((np.logaddexp(0, moved) - target * moved).mean())
        return error, np.array([(difference * logits).mean(), difference.mean()])

    slope, shift = _minimised(loss, np.array([1.0, 0.0])).tolist()
    share = float(labels.mean())
    return slope, shift - max(0.0, _logit(share) - _logit(prior))


def _minimised(loss: Callable[[Vector], tuple[float, Vector]], start: Vector) -> Vector:
    found: Vector = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return found


def _sigmoid(logits: Vector) -> Vector:
    return 1 / (1 + np.exp(-np.clip(logits, -60, 60)))


def _logit(share: float) -> float:
    return math.log(share / (1 - share))
