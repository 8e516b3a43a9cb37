"""The sentence model to read with, once in a process: the filter and the knowledge base share its weights."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

from torch import nn

from engine.models.e5.encoder import load_e5
from engine.models.e5.fused import fused


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """Not to be changed: others read with it at the same time."""

    tokenizer: Any
    config: Any
    embeddings: Any
    """The words' in float16, which takes half the memory."""
    layers: nn.ModuleList
    """For reading, see fused.py."""


def loaded() -> Loaded:
    """The same each time, from whatever thread. Raises OSError where the package is missing or damaged."""
    with _LOADING:
        return _loaded()


_LOADING = threading.Lock()
"""Two threads would load it twice."""


@cache
def _loaded() -> Loaded:
    tokenizer, encoder = load_e5()
    encoder.requires_grad_(False)
    words = encoder.embeddings.word_embeddings.weight
    words.data = words.data.half()
    return Loaded(tokenizer, encoder.config, encoder.embeddings, fused(encoder.encoder.layer))
