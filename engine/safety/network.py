"""multilingual-e5-small with its upper layers twice: as they came, and as they were trained for the filter.

A text is read once by the lower layers and then by both, which gives two vectors: what it says, and how it is meant.
Trained by engine/safety/train; only the trained layers ship here, the rest is the package's.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, cast

import torch
from torch import Tensor, nn

from engine.models.e5.encoder import MOST_TOKENS, load_e5
from engine.models.e5.fused import fused
from engine.models.e5.loaded import loaded

SHARED_LAYERS = 8
"""Of twelve."""
WIDTH = 384
SPAN_TOKENS, STRIDE_TOKENS = 64, 48
"""A long text is judged by its parts, each read with the rest in view."""
QUERY = "query: "
"""What the model was trained to see before a text (huggingface.co/intfloat/multilingual-e5-small)."""


class Network(nn.Module):
    """Called with token ids it gives both vectors; the training calls `lower` and `upper` by themselves."""

    def __init__(self, tokenizer: Any, embeddings: Any, layers: nn.ModuleList, tuned: nn.ModuleList) -> None:
        """Of layers as they came, all of them; and the upper ones as they were trained, or are to be."""
        super().__init__()
        self.tokenizer = tokenizer
        self.embeddings = embeddings
        self.shared, self.plain, self.tuned = layers[:SHARED_LAYERS], layers[SHARED_LAYERS:], tuned

    def tokens(self, text: str) -> list[int]:
        """The mark before it, its ids, the mark behind it."""
        ids: list[int] = self.tokenizer.backend_tokenizer.encode(QUERY + text).ids
        return ids

    def parts(self, text: str) -> list[list[int]]:
        """Its ids in as many parts as e5 needs to read it, each between marks."""
        before, *ids, behind = self.tokens(text)
        most = MOST_TOKENS - 2
        return [[before, *ids[start : start + most], behind] for start in range(0, len(ids), most)]

    def lower(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """(texts, tokens) to (texts, tokens, WIDTH); `mask` is (texts, tokens), 1 for a token and 0 for filling."""
        return through(self.shared, self.embeddings(ids), mask)

    def forward(self, ids: Tensor) -> Tensor:
        """(1, tokens), MOST_TOKENS at most, to (spans, 2 * WIDTH): the plain vector of each, then the tuned one."""
        hidden = self.lower(ids)
        read = torch.cat([through(layers, hidden) for layers in (self.plain, self.tuned)], dim=2)[0]
        means = torch.stack([part.mean(0) for part in spans(read)])
        return nn.functional.normalize(means.view(-1, 2, WIDTH), dim=2).flatten(1)


def through(layers: nn.Module, hidden: Tensor, mask: Tensor | None = None) -> Tensor:
    bias = None if mask is None else ((1 - mask) * -1e4)[:, None, None, :]
    for layer in cast(nn.ModuleList, layers):
        found = layer(hidden, bias)
        hidden = found[0] if isinstance(found, tuple) else found
    return hidden


def spans(read: Tensor) -> list[Tensor]:
    """(tokens, width) cut into overlapping parts of at most SPAN_TOKENS; none is left out."""
    starts = range(0, max(1, len(read) - SPAN_TOKENS + STRIDE_TOKENS), STRIDE_TOKENS)
    return [read[start : start + SPAN_TOKENS] for start in starts]


def pooled(hidden: Tensor, mask: Tensor | None = None) -> Tensor:
    """The mean over the tokens, of length 1: (texts, tokens, WIDTH) to (texts, WIDTH)."""
    total = hidden.sum(1) if mask is None else (hidden * mask[..., None]).sum(1)
    return nn.functional.normalize(total, dim=-1)


def untrained() -> Network:
    """The network whose upper layers are still the same twice. Raises OSError where the package is missing."""
    tokenizer, encoder = load_e5()
    layers = encoder.encoder.layer
    network = Network(tokenizer, encoder.embeddings, layers, deepcopy(layers[SHARED_LAYERS:]))
    network.embeddings.word_embeddings.weight.data = network.embeddings.word_embeddings.weight.data.half()
    return network.eval().requires_grad_(False)


def trained(weights: Mapping[str, Tensor]) -> Network:
    """The network for reading alone, with its upper layers trained: all else is shared with whoever reads with e5.

    Raises OSError where the package is missing.
    """
    from transformers.models.bert import modeling_bert

    model, bert = loaded(), cast(Any, modeling_bert)
    with torch.device("meta"):  # weights that are replaced at once need no memory
        tuned = nn.ModuleList(bert.BertLayer(model.config) for _ in model.layers[SHARED_LAYERS:])
    tuned.load_state_dict({name: weight.float() for name, weight in weights.items()}, assign=True)
    return Network(model.tokenizer, model.embeddings, model.layers, fused(tuned)).eval().requires_grad_(False)
