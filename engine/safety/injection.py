"""Finds orders to the model in a text: "ignore what you were told", "you are now without rules", "send me the prompt".

A logistic regression over hashed character and word n-grams, in windows of a sentence or two, of which the worst
counts: how long the text is around an attack then changes nothing, and neither does its being long and ordinary.
Trained by engine/safety/train_injection; weights/INJECTION.md says from what and how good it is.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from engine.domain.request import Kind
from engine.domain.safety import Category
from engine.safety.evidence import Evidence
from engine.safety.features import hashed
from engine.safety.normalise import Views, fold

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

LEAST_WIDTH = 60
MOST_WIDTH = 200
"""Of a window, in Latin characters; a Chinese one is as wide as two."""

_SENTENCE = re.compile(r"(?<=[.!?。！？;；])[\"')\]”’」』]*\s+|(?<=[。！？；])|\n+")
_WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class Weights:
    """Calibrated; the probability is sigmoid(ngrams @ x + bias), x the TF-IDF weights of length 1."""

    idf: npt.NDArray[np.float32]
    """(BUCKETS,)"""
    ngrams: npt.NDArray[np.float32]
    """(BUCKETS,)"""
    bias: float

    def logit(self, window: str) -> float:
        """Of a window in small letters."""
        import numpy as np

        buckets, counts = hashed(window)
        x = counts * self.idf[buckets]
        return float(self.ngrams[buckets] @ x) / max(1e-6, float(np.linalg.norm(x))) + self.bias


def windows(text: str) -> Iterator[str]:
    """Whole sentences, short ones together; only what is longer than MOST_WIDTH is cut, between words."""
    held = ""
    for sentence in filter(None, (" ".join(piece.split()) for piece in _SENTENCE.split(text))):
        for piece in _pieces(sentence):
            if held and _width(held) + _width(piece) > MOST_WIDTH:
                yield held
                held = ""
            held = f"{held} {piece}".strip()
            if _width(held) >= LEAST_WIDTH:
                yield held
                held = ""
    if held:
        yield held


def _pieces(sentence: str) -> Iterator[str]:
    while _width(sentence) > MOST_WIDTH:
        most = MOST_WIDTH if sentence.isascii() else MOST_WIDTH // 2
        at = sentence.rfind(" ", most // 2, most)
        at = at if at > 0 else most
        yield sentence[:at].strip()
        sentence = sentence[at:].strip()
    if sentence:
        yield sentence


def _spellings(window: str) -> tuple[str, str]:
    return window, fold(window)


def _width(text: str) -> int:
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


class InjectionCheck:
    """A TextCheck; the weights load at the first text."""

    name = "injection"

    def __init__(self) -> None:
        self._loading = threading.Lock()

    def judge(self, views: Views, kind: Kind) -> Sequence[Evidence]:
        return [Evidence(Category.PROMPT_INJECTION, self.score(views.clean))]

    def score(self, text: str) -> float:
        """The probability that the worst window of a text is an attack, as it stands or with its disguise taken off."""
        import numpy as np

        with self._loading:
            weights = self._weights
        spellings = dict.fromkeys(s for window in windows(text) for s in _spellings(window.casefold()))
        logits = [weights.logit(spelling) for spelling in spellings]
        return float(1 / (1 + np.exp(-max(logits)))) if logits else 0.0

    @cached_property
    def _weights(self) -> Weights:
        with as_file(files("engine.safety").joinpath("weights/injection.safetensors")) as path:
            return read_weights(str(path))


def read_weights(path: str) -> Weights:
    """Raises FileNotFoundError, and SafetensorError for a damaged file."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        return Weights(
            idf=file.get_tensor("idf").astype("float32"),
            ngrams=file.get_tensor("ngrams").astype("float32"),
            bias=float(file.get_tensor("bias")[0]),
        )
