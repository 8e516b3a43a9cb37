"""Fits the heads that ship: for each task the sum of three, over n-grams and each of both vectors.

Fitted one by one and added: the trained layers know the texts that they were trained on too well to be weighed
against the rest on those same texts.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from engine.domain.safety import Category
from engine.safety.classifier import CHINESE, weighted
from engine.safety.features import BUCKETS, hashed
from engine.safety.network import WIDTH
from engine.safety.normalise import Views
from engine.safety.train.corpus import CATEGORIES, Example
from engine.safety.train.regression import fit
from engine.safety.train.tuning import SCALE

NGRAM_STRENGTH, PLAIN_STRENGTH, TUNED_STRENGTH = 6.0, 1.0, 1.0
OPENAI_IMPORTANCE = 10.0
"""Its texts are what people asked a model for, labelled in full by people; the others are near that."""
COLD_PART = 2
"""One in so many of its comments."""
PLAIN_SCALE = 4.0
"""Vectors of e5 lie close together: stretched so that the penalty does not silence them."""

SHIPPED = (*CATEGORIES, CHINESE)
UNTUNED = {Category.SELF_HARM, Category.VIOLENCE_GRAPHIC}
"""Most of their examples are questions, and the layers learn those: what stands in a story, the plain vector tells."""
CORE = {
    "openai", "ordinary", "unsafe", "phrases", "presidio", "emails", "cvalues", "catqa", "adversarialqa", "dangerousqa",
    "banking", "clinc", "tasks",
}  # fmt: skip
"""Sources whose labels are the categories themselves; for the Chinese head, COLD's is."""


@dataclass(frozen=True)
class Columns:
    """The examples as numbers."""

    idf: npt.NDArray[np.float32]
    ngrams: csr_matrix
    """(examples, BUCKETS)"""
    plain: npt.NDArray[np.float32]
    """(examples, WIDTH)"""


@dataclass(frozen=True)
class Head:
    """The logit of `task` is ngrams @ x + plain @ p + tuned @ t + bias."""

    task: str
    ngrams: npt.NDArray[np.float64]
    plain: npt.NDArray[np.float64]
    tuned: npt.NDArray[np.float64]
    bias: float

    def logits(self, columns: Columns, tuned: npt.NDArray[np.float32], rows: Sequence[int]) -> npt.NDArray[np.float64]:
        """(rows,)"""
        found = columns.ngrams[rows] @ self.ngrams + columns.plain[rows] @ self.plain + tuned[rows] @ self.tuned
        logits: npt.NDArray[np.float64] = found + self.bias
        return logits

    def plus(self, other: Head) -> Head:
        """Both logits added, under this head's name."""
        weights = (self.ngrams + other.ngrams, self.plain + other.plain, self.tuned + other.tuned)
        return Head(self.task, *weights, self.bias + other.bias)

    def calibrated(self, slope: float, shift: float) -> Head:
        weights = (self.ngrams * slope, self.plain * slope, self.tuned * slope)
        return Head(self.task, *weights, self.bias * slope + shift)


def count(examples: Sequence[Example]) -> tuple[npt.NDArray[np.float32], csr_matrix]:
    """The inverse document frequency (BUCKETS,) in what a half can hold, and the weighted n-grams."""
    plain = [Views(example.text).plain for example in examples]
    seen = np.zeros(BUCKETS)
    for text in plain:
        seen[hashed(text)[0]] += 1
    idf = (np.log((1 + len(plain)) / (1 + seen)) + 1).astype(np.float16).astype(np.float32)
    rows = [weighted(text, idf) for text in plain]
    starts = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    columns = (np.concatenate([values for _, values in rows]), np.concatenate([buckets for buckets, _ in rows]), starts)
    return idf, csr_matrix(columns, shape=(len(plain), BUCKETS))


@dataclass(frozen=True)
class Fitting:
    """What heads are fitted on: the examples at `rows`, of which `tuned` has the vectors."""

    examples: Sequence[Example]
    columns: Columns
    tuned: npt.NDArray[np.float32]
    """(examples, WIDTH)"""
    rows: Sequence[int]

    def heads(self) -> list[Head]:
        """SHIPPED, in that order. Of a Chinese comment, hate learned in English says what being offensive does not."""
        heads = {task: self.head(task) for task in SHIPPED}
        return list({**heads, CHINESE: heads[CHINESE].plus(heads[Category.HATE])}.values())

    def head(self, task: str) -> Head:
        known = [row for row in self.rows if fitted_on(self.examples[row]) and counts(self.examples[row], task)]
        labels = np.array([self.examples[row].labels[task] for row in known])
        importance = np.array([OPENAI_IMPORTANCE if self.examples[row].source == "openai" else 1.0 for row in known])

        def fitted(values: Any, strength: float) -> tuple[npt.NDArray[np.float64], float]:
            return fit(values[known], labels, strength, importance)

        ngrams, first = fitted(self.columns.ngrams, NGRAM_STRENGTH)
        plain, second = fitted(self.columns.plain * PLAIN_SCALE, PLAIN_STRENGTH)
        tuned, third = (np.zeros(WIDTH), 0.0) if task in UNTUNED else fitted(self.tuned * SCALE, TUNED_STRENGTH)
        return Head(task, ngrams, plain * PLAIN_SCALE, tuned * SCALE, first + second + third)


def counts(example: Example, task: str) -> bool:
    """Whether the example says something of the task, in the sense that the head is to learn."""
    return task in example.labels and (example.cjk if task == CHINESE else example.source in CORE)


def fitted_on(example: Example) -> bool:
    """Whether the regressions see it: of COLD, which is large, a part."""
    return example.source in CORE or (example.source == "cold" and zlib.crc32(example.text.encode()) % COLD_PART == 0)
