"""Trains the upper layers on all tasks at once, with one linear head each; what is not known of a text counts not."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from engine.safety.network import WIDTH, Network, pooled, through
from engine.safety.train.corpus import TASKS, Example
from engine.safety.train.hidden import BATCH, Hidden

EPOCHS = 1.2
RATE = 1.5e-4
WARM_UP_STEPS = 200
WEIGHT_DECAY = 0.05
DROPOUT = 0.1
SCALE = 4.9
"""Vectors of length 1 are stretched to this before the heads."""
REPEATS = {"openai": 8, "unsafe": 3, "phrases": 2}
"""How often an epoch sees a text of these; of others, once."""
COLD_SHARE = 0.7
"""Of COLD's comments, an epoch sees so many: there are more of them than of all else."""
CHUNK = 32 * BATCH
"""Batches are of texts of about the same length within so many."""


@dataclass(frozen=True)
class Answers:
    """What the trained layers say of n texts."""

    logits: npt.NDArray[np.float32]
    """(n, TASKS), of the heads that were trained along"""
    vectors: npt.NDArray[np.float32]
    """(n, WIDTH), of length 1"""


class Tuning(nn.Module):
    """The layers that are trained and their heads."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.layers = network.tuned.requires_grad_(True)
        for module in self.layers.modules():
            if isinstance(module, nn.Dropout):
                module.p = DROPOUT
        self.drop = nn.Dropout(DROPOUT)
        self.heads = nn.Linear(WIDTH, len(TASKS))
        nn.init.normal_(self.heads.weight, std=0.02)
        nn.init.zeros_(self.heads.bias)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        vectors = pooled(through(self.layers, hidden, mask), mask)
        return self.heads(self.drop(vectors * SCALE)), vectors


def tune(network: Network, examples: Sequence[Example], states: Hidden, rows: Sequence[int], epochs: float) -> Tuning:
    """Train the network's tuned layers on the examples at `rows`."""
    torch.manual_seed(0)
    chance = random.Random(0)  # noqa: S311 - nothing secret
    tuning = Tuning(network).train()
    labels = label_table(examples)
    weights = _weights(labels[list(rows)])
    steps = int(epochs * sum(1 for _ in _batches(examples, states, rows, random.Random(1))))  # noqa: S311
    optimiser = torch.optim.AdamW(_groups(tuning), lr=RATE)
    rates = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, step / WARM_UP_STEPS) * max(0.0, 1 - step / max(1, steps))
    )
    step, shown, started = 0, 0.0, time.monotonic()
    while step < steps:
        for batch in _batches(examples, states, rows, chance):
            if step == steps:
                break
            error = _error(tuning, states, batch, labels, weights)
            optimiser.zero_grad()
            error.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(tuning.parameters(), 1.0)
            optimiser.step()
            rates.step()
            step += 1
            shown = 0.98 * shown + 0.02 * float(error.detach())
            if step % 250 == 0:
                print(f"step {step} of {steps}: error {shown:.3f}, {time.monotonic() - started:.0f} s", flush=True)
    return tuning.eval().requires_grad_(False)


def answers(tuning: Tuning, states: Hidden, rows: Sequence[int]) -> Answers:
    """In the order of `rows`."""
    place = {row: number for number, row in enumerate(rows)}
    found = Answers(np.zeros((len(rows), len(TASKS)), np.float32), np.zeros((len(rows), WIDTH), np.float32))
    with torch.inference_mode():
        for batch in states.by_length(rows, 2 * BATCH):
            logits, vectors = tuning(*states.batch(batch))
            places = [place[row] for row in batch]
            found.logits[places], found.vectors[places] = logits.numpy(), vectors.numpy()
    return found


def label_table(examples: Sequence[Example]) -> npt.NDArray[np.float32]:
    """(examples, TASKS): 1, 0, or nan where it is not known."""
    table = np.full((len(examples), len(TASKS)), np.nan, np.float32)
    for row, example in enumerate(examples):
        for task, label in example.labels.items():
            table[row, TASKS.index(task)] = label
    return table


def _error(
    tuning: Tuning, states: Hidden, batch: Sequence[int], labels: npt.NDArray[np.float32], weights: torch.Tensor
) -> torch.Tensor:
    target = torch.from_numpy(labels[list(batch)])
    known = ~torch.isnan(target)
    logits, _ = tuning(*states.batch(batch))
    errors = nn.functional.binary_cross_entropy_with_logits(
        logits, torch.nan_to_num(target), pos_weight=weights, reduction="none"
    )
    return (errors * known).sum() / known.sum().clamp(min=1)


def _weights(labels: npt.NDArray[np.float32]) -> torch.Tensor:
    """(TASKS,): what a positive counts, more where they are rare."""
    rarity = (labels == 0).sum(0) / np.maximum((labels == 1).sum(0), 1)
    return torch.tensor(np.clip(np.sqrt(rarity), 1, 6), dtype=torch.float32)


def _groups(tuning: Tuning) -> list[dict[str, object]]:
    """Matrices are held small, biases and scales are not."""
    matrices = [weight for weight in tuning.parameters() if weight.dim() > 1]
    others = [weight for weight in tuning.parameters() if weight.dim() <= 1]
    return [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}]


def _batches(
    examples: Sequence[Example], states: Hidden, rows: Sequence[int], chance: random.Random
) -> Iterator[list[int]]:
    """One epoch."""
    seen = [
        row
        for row in rows
        for _ in range(REPEATS.get(examples[row].source, 1))
        if examples[row].source != "cold" or chance.random() < COLD_SHARE
    ]
    chance.shuffle(seen)
    for start in range(0, len(seen), CHUNK):
        batches = list(states.by_length(seen[start : start + CHUNK]))
        chance.shuffle(batches)
        yield from batches
