"""multilingual-e5-small with its upper layers twice: as they came, and as they were trained for the filter.

A text is read once by the lower layers and then by both, which gives two vectors: what it says, and how it is meant.
Trained by engine/safety/train; only the trained layers ship here, the rest is the package's.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, cast

import torch
from torch import Tensor, nn

from engine.models.e5.encoder import MOST_TOKENS, load_e5

SHARED_LAYERS = 8
"""Of twelve."""
WIDTH = 384
QUERY = "query: "
"""What the model was trained to see before a text (huggingface.co/intfloat/multilingual-e5-small)."""


class Network(nn.Module):
    """Called with token ids it gives both vectors; the training calls `lower` and `upper` by themselves."""

    def __init__(self, tokenizer: Any, encoder: Any) -> None:
        super().__init__()
        self.tokenizer = tokenizer
        self.embeddings = encoder.embeddings
        self.shared = encoder.encoder.layer[:SHARED_LAYERS]
        self.plain = encoder.encoder.layer[SHARED_LAYERS:]
        self.tuned = deepcopy(self.plain)

    def tokens(self, text: str, most: int = MOST_TOKENS) -> list[int]:
        """At most `most` ids, the marks at both ends included."""
        ids: list[int] = self.tokenizer.backend_tokenizer.encode(QUERY + text).ids
        return ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]

    def lower(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """(texts, tokens) to (texts, tokens, WIDTH); `mask` is (texts, tokens), 1 for a token and 0 for filling."""
        return through(self.shared, self.embeddings(ids), mask)

    def forward(self, ids: Tensor) -> Tensor:
        """(texts, tokens) without filling to (texts, 2 * WIDTH): the plain vector, then the tuned one."""
        hidden = self.lower(ids)
        return torch.cat([pooled(through(layers, hidden)) for layers in (self.plain, self.tuned)], dim=1)


def through(layers: nn.Module, hidden: Tensor, mask: Tensor | None = None) -> Tensor:
    bias = None if mask is None else ((1 - mask) * -1e4)[:, None, None, :]
    for layer in cast(nn.ModuleList, layers):
        found = layer(hidden, bias)
        hidden = found[0] if isinstance(found, tuple) else found
    return hidden


def pooled(hidden: Tensor, mask: Tensor | None = None) -> Tensor:
    """The mean over the tokens, of length 1: (texts, tokens, WIDTH) to (texts, WIDTH)."""
    total = hidden.sum(1) if mask is None else (hidden * mask[..., None]).sum(1)
    return nn.functional.normalize(total, dim=-1)


def untrained() -> Network:
    """The network whose upper layers are still the same twice. Raises OSError where the package is missing."""
    network = Network(*load_e5())
    network.embeddings.word_embeddings.weight.data = network.embeddings.word_embeddings.weight.data.half()
    return network.eval().requires_grad_(False)
