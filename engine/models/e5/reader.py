"""Reads texts with multilingual-e5-small, many at once: a vector for each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn import functional

from engine.models.e5.encoder import MOST_TOKENS
from engine.models.e5.file import Floats
from engine.models.e5.loaded import loaded
from engine.models.e5.threads import one_thread

QUESTION, PASSAGE = "query: ", "passage: "
"""What the model was trained to see before a text (huggingface.co/intfloat/multilingual-e5-small)."""
LANGUAGES = ("en", "zh")
WIDTH = 384
BATCH_TOKENS = 4_096
"""Of texts that are read together, filling included: more takes memory and is no quicker."""
_FILLING = 1
"""The id of the token <pad>."""


class Reader:
    """Loads the model when it is made. Raises OSError where the package is missing or damaged."""

    def __init__(self) -> None:
        self._model = loaded()

    def read(self, texts: Sequence[str]) -> Floats:
        """(texts, WIDTH): the mean over each text's tokens, of length 1; each text begins with its prefix."""
        ids = [self._ids(text) for text in texts]
        found = np.empty((len(texts), WIDTH), np.float32)
        with torch.inference_mode():
            one_thread()
            for batch in _batches(ids):
                found[batch] = self._pooled([ids[number] for number in batch])
        return found

    def _ids(self, text: str) -> list[int]:
        """Its tokens, with the marks at both ends; what is too long loses its end."""
        ids: list[int] = self._model.tokenizer.backend_tokenizer.encode(text).ids
        return ids if len(ids) <= MOST_TOKENS else [*ids[: MOST_TOKENS - 1], ids[-1]]

    def _pooled(self, ids: Sequence[Sequence[int]]) -> Floats:
        longest = max(map(len, ids))
        padded = torch.tensor([[*each, *[_FILLING] * (longest - len(each))] for each in ids])
        there = torch.tensor([[1.0] * len(each) + [0.0] * (longest - len(each)) for each in ids])
        bias = None if len(ids) == 1 else ((1 - there) * -1e4)[:, None, None, :]
        hidden = self._model.embeddings(padded)
        for layer in self._model.layers:
            hidden = layer(hidden, bias)
        vectors: Floats = functional.normalize((hidden * there[..., None]).sum(1), dim=1).numpy()
        return vectors


def _batches(ids: Sequence[Sequence[int]]) -> list[list[int]]:
    """Places of texts to read together, of about the same length."""
    batches: list[list[int]] = []
    for number in sorted(range(len(ids)), key=lambda each: len(ids[each])):
        if not batches or (len(batches[-1]) + 1) * len(ids[number]) > BATCH_TOKENS:
            batches.append([])
        batches[-1].append(number)
    return batches
