"""What was learned as little: the difference to e5, of matrices as the product of two narrow ones (Hu et al. 2021)."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from engine.models.answering.scorer import DOWN, UP
from engine.models.answering.train.network import Network

RANK = 64


def layers(network: Network) -> dict[str, torch.Tensor]:
    """A copy of the encoder's layers by name, on the CPU."""
    weights = network.encoder.state_dict().items()
    return {name: weight.detach().cpu().clone() for name, weight in weights if name.startswith("encoder.")}


def learned(network: Network, before: Mapping[str, torch.Tensor], rank: int = RANK) -> dict[str, torch.Tensor]:
    """What the scorer adds to the layers as they were, in half precision, and its head."""
    found = {f"head.{name}": weight.detach().cpu().clone() for name, weight in network.head.state_dict().items()}
    for name, after in layers(network).items():
        difference = after - before[name]
        found |= {name: difference.half()} if difference.dim() == 1 else _narrow(name, difference, rank)
    return found


def _narrow(name: str, difference: torch.Tensor, rank: int) -> dict[str, torch.Tensor]:
    """The product of that rank that is nearest (Eckart and Young 1936)."""
    left, values, right = torch.linalg.svd(difference, full_matrices=False)
    roots = values[:rank].sqrt()
    up, down = left[:, :rank] * roots, roots[:, None] * right[:rank]
    return {name + UP: up.half().contiguous(), name + DOWN: down.half().contiguous()}
