"""Layers for reading say what the layers that they are made from say."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers import BertConfig, BertModel

from engine.models.e5.fused import fused
from engine.safety.network import through


@pytest.mark.parametrize(("texts", "tokens"), [(1, 1), (1, 17), (3, 40)])
def test_fused_layers_give_the_same_numbers(texts: int, tokens: int) -> None:
    torch.manual_seed(0)
    config = BertConfig(hidden_size=48, num_attention_heads=4, intermediate_size=96, num_hidden_layers=3)
    model: Any = BertModel(config, add_pooling_layer=False)
    layers = model.eval().encoder.layer
    hidden, mask = torch.randn(texts, tokens, 48), torch.ones(texts, tokens)
    mask[-1, tokens // 2 + 1 :] = 0
    with torch.inference_mode():
        expected = through(layers, hidden, mask)
        found = through(fused(layers), hidden, mask)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
