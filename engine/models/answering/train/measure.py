"""How well the model tells passages that answer from others, on what was kept out of the training."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import torch

from engine.models.answering.train.corpus import Example, Kind
from engine.models.answering.train.network import Network, half_precision
from engine.models.answering.train.rows import Row, batch, batches

BATCH = 32

Floats = npt.NDArray[np.float32]


def logits(network: Network, rows: Sequence[Row]) -> Floats:
    """(rows,), in their order."""
    found = np.zeros(len(rows), np.float32)
    device = next(network.parameters()).device
    chance = random.Random(0)  # noqa: S311 - nothing secret
    network.eval()
    with torch.inference_mode(), half_precision(device):
        for places in batches([len(row.ids) for row in rows], range(len(rows)), BATCH, chance):
            given = batch([rows[place] for place in places], device)
            found[places] = network(given.ids, given.mask)[0].float().cpu().numpy()
    return found


def under_curve(scores: Floats, right: npt.NDArray[np.bool_]) -> float:
    """The area under the ROC curve: how often a right one is above a wrong one, ties half. Needs some of both."""
    above, below = np.sort(scores[~right]), scores[right]
    less, not_more = np.searchsorted(above, below, "left"), np.searchsorted(above, below, "right")
    return float((less + not_more).mean() / 2 / len(above))


def figures(examples: Sequence[Example], scores: Floats) -> Iterator[str]:
    """The rows of the card's table: of each source its answered questions against each kind of the others.

    Found, and taken for an answer, is what the head gives more than even odds.
    """
    yield "| set | answered against | pairs | area under the curve | found | taken for one |\n|---|---|---|---|---|---|"
    kinds = np.array([example.kind for example in examples])
    sources = np.array([example.source for example in examples])
    for source in dict.fromkeys(example.source for example in examples):
        for kind in (Kind.NEAR, Kind.OTHER):
            chosen = (sources == source) & ((kinds == kind) | (kinds == Kind.ANSWERED))
            right, said = kinds[chosen] == Kind.ANSWERED, scores[chosen] > 0
            if right.any() and not right.all():
                area, found, taken = under_curve(scores[chosen], right), said[right].mean(), said[~right].mean()
                yield f"| {source} | {kind} | {len(right)} | {area:.3f} | {found:.0%} | {taken:.0%} |"
