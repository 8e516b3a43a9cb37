"""The training: everything once, the handwritten twice; then the handwritten several times, with as many of all."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from engine.models.answering.train.network import Network, half_precision
from engine.models.answering.train.rows import Batch, Row, batch, batches

WARM_UP = 12
"""The rate rises over one step in so many, then falls in a line to nothing."""
WEIGHT_DECAY = 0.01
BETAS = (0.9, 0.98)
LOG_EVERY = 100
"""Steps."""
FILLED = -1e4
"""The logit of an answer that begins or ends in the filling."""


@dataclass(frozen=True, slots=True)
class Options:
    """What weights.safetensors was made with."""

    first_rate: float = 2e-4
    first_epochs: int = 1
    second_rate: float = 1.5e-4
    second_epochs: int = 6
    batch: int = 64
    dropout: float = 0.1
    words: float = 0.5
    """What finding the answer's words counts beside saying whether there is one."""
    seed: int = 2


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the two."""

    name: str
    order: Sequence[int]
    """Places of rows, repeats counted."""
    epochs: int
    rate: float


def stages(everything: Sequence[int], handwritten: Sequence[int], options: Options) -> Iterator[Stage]:
    """Both, of the places of rows that may be trained on."""
    chance = random.Random(options.seed)  # noqa: S311 - nothing secret
    yield Stage("first", [*everything, *handwritten], options.first_epochs, options.first_rate)
    some = chance.sample(list(everything), min(len(everything), len(handwritten)))
    yield Stage("second", [*handwritten, *some], options.second_epochs, options.second_rate)


def train(network: Network, rows: Sequence[Row], stage: Stage, options: Options) -> None:
    """Train the network, on whatever device it is, through one stage; the loss is printed now and then."""
    todo = _todo(rows, stage, options)
    optimizer = torch.optim.AdamW(_groups(network), lr=stage.rate, betas=BETAS)
    rates = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, len(todo)))
    device = next(network.parameters()).device
    started, losses = time.monotonic(), []
    network.train()
    for places in todo:
        error = loss(network, batch([rows[place] for place in places], device), options.words)
        _step(network, optimizer, error)
        rates.step()
        losses.append(error.detach())
        if len(losses) % LOG_EVERY == 0:
            lately, spent_s = torch.stack(losses[-LOG_EVERY:]).mean().item(), time.monotonic() - started
            print(f"{stage.name}: {len(losses)} of {len(todo)} steps, loss {lately:.3f}, {spent_s:.0f} s", flush=True)
    network.eval()


def _step(network: Network, optimizer: torch.optim.Optimizer, error: torch.Tensor) -> None:
    optimizer.zero_grad(set_to_none=True)
    error.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()


def _rate(step: int, steps: int) -> float:
    """Of the highest."""
    return min(1.0, (step + 1) / max(1, steps // WARM_UP)) * (1 - step / steps)


def loss(network: Network, given: Batch, words: float) -> torch.Tensor:
    """Binary cross-entropy of whether it is answered; where the words are known, cross-entropy of their ends, too."""
    with half_precision(given.ids.device):
        answers, places = network(given.ids, given.mask)
    error = functional.binary_cross_entropy_with_logits(answers, given.answers)
    known = given.first >= 0
    if not words or not known.any():
        return error
    places = places.masked_fill(given.mask[..., None] == 0, FILLED)[known]
    ends = [functional.cross_entropy(places[..., n], end[known]) for n, end in enumerate((given.first, given.last))]
    return error + words * torch.stack(ends).mean()


def _todo(rows: Sequence[Row], stage: Stage, options: Options) -> list[list[int]]:
    chance = random.Random(options.seed)  # noqa: S311 - nothing secret
    lengths = [len(row.ids) for row in rows]
    return [
        places
        for _ in range(stage.epochs)
        for places in batches(lengths, chance.sample(list(stage.order), len(stage.order)), options.batch, chance)
    ]


def _groups(network: Network) -> list[dict[str, object]]:
    """Matrices are held small, biases and scales are not."""
    trained = [weight for weight in network.parameters() if weight.requires_grad]
    matrices, others = ([weight for weight in trained if (weight.dim() > 1) is kind] for kind in (True, False))
    return [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}]
