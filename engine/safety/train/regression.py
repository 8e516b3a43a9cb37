"""Logistic regression over sparse n-grams and dense embeddings, and its calibration, with torch's L-BFGS."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

L2 = 0.003
PRIOR = 0.1
"""Where half of a set is unsafe, its probabilities would be too high for people at work."""

Vector = npt.NDArray[np.float64]
Labels = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Features:
    """n texts as numbers."""

    ngrams: torch.Tensor
    """(n, buckets), sparse CSR"""
    sentences: torch.Tensor
    """(n, dimensions)"""

    def rows(self, rows: npt.NDArray[np.int64]) -> Features:
        index = torch.from_numpy(rows)
        return Features(_select(self.ngrams, index), self.sentences[index])


@dataclass(frozen=True)
class Fit:
    """One head: weights over both kinds of features."""

    ngrams: torch.Tensor
    sentence: torch.Tensor
    bias: float

    def logits(self, features: Features) -> Vector:
        logits = features.ngrams @ self.ngrams + features.sentences @ self.sentence + self.bias
        return logits.numpy().astype(np.float64)

    def calibrated(self, slope: float, shift: float) -> Fit:
        return Fit(self.ngrams * slope, self.sentence * slope, self.bias * slope + shift)


def fit(features: Features, labels: Labels) -> Fit:
    """Logistic regression with both classes weighing the same, penalised by L2, by L-BFGS."""
    ngrams, sentences = features.ngrams, features.sentences
    transposed = ngrams.to_sparse_coo().t().to_sparse_csr()  # type: ignore[no-untyped-call]
    target = torch.from_numpy(labels.astype(np.float32))
    balance = torch.where(target > 0, 0.5 / target.mean(), 0.5 / (1 - target.mean()))
    product = _Product.apply
    w = torch.zeros(ngrams.shape[1], requires_grad=True)
    v = torch.zeros(sentences.shape[1], requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.LBFGS([w, v, b], max_iter=150, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        logits = product(ngrams, transposed, w) + sentences @ v + b  # type: ignore[no-untyped-call]
        error = torch.nn.functional.binary_cross_entropy_with_logits(logits, target, weight=balance)
        total: torch.Tensor = error + L2 / 2 * (w @ w + v @ v)
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return Fit(w.detach(), v.detach(), float(b.detach()))


class _Product(torch.autograd.Function):
    """Sparse matrix by vector; torch would make the gradient of the matrix, too, and dense."""

    @staticmethod
    def forward(ctx: Any, a: torch.Tensor, at: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(at)
        return a @ x

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[None, None, torch.Tensor]:
        (at,) = ctx.saved_tensors
        return None, None, at @ gradient


def _select(matrix: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    """Rows of a sparse CSR matrix."""
    starts, columns, values = matrix.crow_indices(), matrix.col_indices(), matrix.values()
    lengths = (starts[1:] - starts[:-1])[index]
    new_starts = torch.cat([torch.zeros(1, dtype=torch.int64), lengths.cumsum(0)])
    offsets = torch.arange(int(new_starts[-1])) - torch.repeat_interleave(new_starts[:-1], lengths)
    places = torch.repeat_interleave(starts[index], lengths) + offsets
    return torch.sparse_csr_tensor(new_starts, columns[places], values[places], (len(index), matrix.shape[1]))


def calibrate(logits: Vector, labels: Labels) -> tuple[float, float]:
    """Platt's slope and shift (Platt 1999, with his smoothed targets), for a share of unsafe texts of at most PRIOR."""
    positives, negatives = labels.sum(), (~labels).sum()
    target = torch.from_numpy(np.where(labels, (positives + 1) / (positives + 2), 1 / (negatives + 2)))
    x = torch.from_numpy(logits)
    line = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([line], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        error = torch.nn.functional.binary_cross_entropy_with_logits(x * line[0] + line[1], target)
        error.backward()  # type: ignore[no-untyped-call]
        return error

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    slope, shift = line.tolist()
    share = float(labels.mean())
    return slope, shift - max(0.0, _logit(share) - _logit(PRIOR))


def _logit(share: float) -> float:
    return math.log(share / (1 - share))
