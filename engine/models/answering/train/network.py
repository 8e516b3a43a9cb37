"""What is trained: e5's layers, a head that says whether the passage answers, and one that says with which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from engine.models.answering.scorer import teach
from engine.models.e5.encoder import load_e5

DEVIATION = 0.02
"""Of what the heads begin with."""


class Network(nn.Module):
    """A BertModel, whose embeddings stay as they are: the knowledge base's search reads with the same."""

    def __init__(self, encoder: Any, dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder = encoder
        encoder.embeddings.requires_grad_(False)
        for module in encoder.modules():
            if isinstance(module, nn.Dropout):
                module.p = dropout
        self.head, self.words = (nn.Linear(encoder.config.hidden_size, out) for out in (1, 2))
        for head in (self.head, self.words):
            nn.init.normal_(head.weight, std=DEVIATION)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Of n pairs the logits that the passage answers, (n,), and that its answer begins or ends, (n, tokens, 2)."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        with torch.autocast(ids.device.type, enabled=False):
            return self.head(hidden[:, 0].float())[:, 0], self.words(hidden.float())


def taught(learned: Mapping[str, torch.Tensor]) -> Network:
    """One that reads with what was learned. Raises KeyError and RuntimeError where it does not fit e5."""
    _, encoder = load_e5()
    encoder.requires_grad_(False)
    teach(encoder, learned)
    network = Network(encoder)
    network.head.load_state_dict({"weight": learned["head.weight"], "bias": learned["head.bias"]})
    return network.eval().requires_grad_(False)


def device() -> torch.device:
    """The one GPU, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def half_precision(where: torch.device) -> torch.autocast:
    """bfloat16 on a GPU; a CPU reckons in full."""
    return torch.autocast(where.type, torch.bfloat16, enabled=where.type == "cuda")
