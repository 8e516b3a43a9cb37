"""The local text classifier: one logistic head per category over character n-grams and the encoder's vectors.

Trained by engine/safety/train; weights/CARD.md says from what and how good it is. A text is read in windows and scored
in each span of them, because a long text would dilute what stands in one sentence; the disguised spelling counts beside
the plain one, and the highest score wins.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from engine.domain.request import Kind
from engine.domain.safety import Category
from engine.safety.encoder import Encoder
from engine.safety.evidence import Evidence
from engine.safety.features import has_cjk, hashed
from engine.safety.normalise import Views

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

WINDOW_CHARS, CHINESE_WINDOW_CHARS = 1_440, 480
"""What the encoder can read at once: 512 tokens of most texts; it reads a stranger one in parts."""
MAX_WINDOWS = 34
"""As many as the longest prompt can have. Of a longer text only those that the n-grams find worst are scored: on a busy
machine, more would not be done within the time limit, and what is not done is refused."""
CHINESE = "offensive (zh)"
"""The head that says hate of texts with Chinese characters; the others are named after a category."""

PARTS = {
    Category.HATE_THREATENING: Category.HATE,
    Category.VIOLENCE_GRAPHIC: Category.VIOLENCE,
    Category.ILLICIT_VIOLENT: Category.ILLICIT,
}

_WINDOWS = {
    chars: re.compile(rf"\S.{{{chars // 2},{chars - 1}}}(?=\s|\Z)|\S.{{0,{chars - 1}}}", re.DOTALL)
    for chars in (WINDOW_CHARS, CHINESE_WINDOW_CHARS)
}


@dataclass(frozen=True)
class Weights:
    """Calibrated logistic regressions; a span's probability is sigmoid(ngrams @ x + sentence @ e + bias)."""

    heads: tuple[str, ...]
    idf: npt.NDArray[np.float32]
    """(BUCKETS,)"""
    ngrams: npt.NDArray[np.float16]
    """(heads, BUCKETS)"""
    sentence: npt.NDArray[np.float32]
    """(heads, 2 * WIDTH), see network.py"""
    bias: npt.NDArray[np.float32]
    """(heads,)"""

    def ngram_logits(self, plain: str) -> npt.NDArray[np.float32]:
        """(heads,)"""
        buckets, weights = weighted(plain, self.idf)
        logits: npt.NDArray[np.float32] = self.ngrams[:, buckets].astype("float32") @ weights
        return logits

    def sentence_logits(self, spans: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(spans, 2 * WIDTH) to (heads,): of the worst span for each."""
        logits: npt.NDArray[np.float32] = (self.sentence @ spans.T).max(axis=1)
        return logits


def weighted(plain: str, idf: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """The n-grams' buckets and TF-IDF weights of length 1."""
    import numpy as np

    buckets, counts = hashed(plain)
    weights = counts * idf[buckets]
    return buckets, weights / max(1e-6, float(np.linalg.norm(weights)))


def windows(text: str) -> list[str]:
    """The text in pieces of half as many characters or more, cut at white space where there is some there."""
    return _WINDOWS[CHINESE_WINDOW_CHARS if has_cjk(text) else WINDOW_CHARS].findall(text)


class Classifier:
    """A TextCheck; weights and encoder load at the first text."""

    name = "classifier"

    def __init__(self) -> None:
        self._encoder = Encoder()
        self._loading = threading.Lock()

    def judge(self, views: Views, kind: Kind) -> Sequence[Evidence]:
        texts = [views.clean] if views.folded == views.plain else [views.clean, views.folded]
        scores = [self.scores(text) for text in texts]
        return [Evidence(category, max(score[category] for score in scores)) for category in scores[0]]

    def scores(self, text: str) -> dict[Category, float]:
        """The probability of each category that the classifier knows, the highest of the text's spans."""
        import numpy as np

        with self._loading:
            weights = self._weights
        pieces = windows(text)
        if not pieces:
            return _by_category(dict.fromkeys(weights.heads, 0.0), False)
        ngrams = [(weights.ngram_logits(" ".join(piece.casefold().split())) + weights.bias, piece) for piece in pieces]
        worst = sorted(ngrams, key=lambda scored: -float(scored[0].max()))[:MAX_WINDOWS]
        logits = [logit + weights.sentence_logits(self._encoder.embed(piece)) for logit, piece in worst]
        best = 1 / (1 + np.exp(-np.max(logits, axis=0)))
        return _by_category(dict(zip(weights.heads, best.tolist(), strict=True)), has_cjk(text))

    @cached_property
    def _weights(self) -> Weights:
        with as_file(files("engine.safety").joinpath("weights/classifier.safetensors")) as path:
            return read_weights(str(path))


def _by_category(heads: dict[str, float], cjk: bool) -> dict[Category, float]:
    """The heads' probabilities; of what is part of another category, no more than of that."""
    chinese = heads.pop(CHINESE)
    scores = {Category(head): score for head, score in heads.items()}
    if cjk:
        scores[Category.HATE] = chinese
    for part, whole in PARTS.items():
        scores[part] = min(scores[part], scores[whole])
    return scores


def read_weights(path: str) -> Weights:
    """Raises FileNotFoundError, and SafetensorError for a damaged file."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        return Weights(
            heads=tuple(json.loads(file.metadata()["heads"])),
            idf=file.get_tensor("idf").astype("float32"),
            ngrams=file.get_tensor("ngrams"),
            sentence=file.get_tensor("sentence"),
            bias=file.get_tensor("bias"),
        )
