"""Logistic regression over sparse rows, each with a weight of its own, by torch's L-BFGS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

L2 = 1e-5

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Rows:
    """n texts as TF-IDF vectors of length 1, in sparse rows."""

    buckets: npt.NDArray[np.int32]
    values: Floats
    starts: npt.NDArray[np.int64]
    """(n + 1,)"""
    idf: Floats
    """(buckets,)"""

    @classmethod
    def of(cls, buckets: Sequence[npt.NDArray[np.int32]], counts: Sequence[Floats], size: int) -> Rows:
        starts = np.concatenate([[0], np.cumsum([len(row) for row in buckets])]).astype(np.int64)
        columns = np.concatenate(buckets)
        seen = np.bincount(columns, minlength=size)
        idf = (np.log((1 + len(buckets)) / (1 + seen)) + 1).astype(np.float32)
        weighted = np.concatenate(counts) * idf[columns]
        norms = np.sqrt(np.bincount(_row_of(starts), weighted**2, len(buckets)))
        values = weighted / np.maximum(norms, 1e-6)[_row_of(starts)]
        return cls(columns, values.astype(np.float32), starts, idf)

    def some(self, rows: npt.NDArray[np.int64]) -> Rows:
        lengths = np.diff(self.starts)[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        places = np.repeat(self.starts[:-1][rows] - starts[:-1], lengths) + np.arange(starts[-1])
        return Rows(self.buckets[places], self.values[places], starts, self.idf)

    def logits(self, weights: Floats, bias: float) -> Floats:
        found: Floats = (self.tensor() @ torch.from_numpy(weights)).numpy() + np.float32(bias)
        return found

    def tensor(self) -> torch.Tensor:
        columns = torch.from_numpy(self.buckets.astype(np.int64))
        shape = (len(self.starts) - 1, len(self.idf))
        return torch.sparse_csr_tensor(torch.from_numpy(self.starts), columns, torch.from_numpy(self.values), shape)


def fit(rows: Rows, labels: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64]) -> tuple[Floats, float]:
    """Weights and bias; both classes weigh the same as a whole, and the weights are penalised by L2."""
    matrix = rows.tensor()
    transposed = matrix.to_sparse_coo().t().to_sparse_csr()  # type: ignore[no-untyped-call]
    share = np.where(labels, weights / weights[labels].sum(), weights / weights[~labels].sum()) / 2
    target, share_of = torch.from_numpy(labels.astype(np.float32)), torch.from_numpy(share.astype(np.float32))
    w = torch.zeros(matrix.shape[1], requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.LBFGS([w, b], max_iter=120, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        logits = _Product.apply(matrix, transposed, w) + b  # type: ignore[no-untyped-call]
        errors = torch.nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
        total: torch.Tensor = (errors * share_of).sum() + L2 / 2 * (w @ w)
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return w.detach().numpy(), float(b.detach())


def _row_of(starts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.repeat(np.arange(len(starts) - 1), np.diff(starts))


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
