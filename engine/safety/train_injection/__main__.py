"""`python -m engine.safety.train_injection --data FOLDER --harmless FOLDER --held-out FOLDER` writes the weights.

Prints the figures of weights/INJECTION.md. deepset's are out of fold; the threshold is where so many held-out long
harmless texts, of sources that are not trained on, are flagged as FALSE_ALARMS says.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file

from engine.safety.features import BUCKETS, hashed
from engine.safety.injection import windows
from engine.safety.normalise import Views
from engine.safety.train_injection.corpus import Example, read
from engine.safety.train_injection.regression import Rows, fit

FOLDS = 3
FALSE_ALARMS = 0.005
THRESHOLD = 0.8
"""The score that the default policy refuses prompts at; the bias is shifted so that FALSE_ALARMS are flagged there."""
MOST_WINDOWS = 60
FIRST_HARMLESS = 9_000
HARDEST = 4_000
ROUNDS = 3
"""Harmless windows are many: some at random at first, then in each round those that look most like attacks."""

NEAR_BEST = 1.0
"""Of an attack only the windows count that are so near its worst one: the others may well be harmless."""

WEIGHTS = Path(__file__).parents[1] / "weights" / "injection.safetensors"

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Table:
    """The windows of all examples as numbers."""

    examples: Sequence[Example]
    owner: npt.NDArray[np.int64]
    """(windows,): which example each is of."""
    rows: Rows

    def where(self, test: Mask) -> Mask:
        """For each window whether its example passes."""
        return test[self.owner]

    def best(self, logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(examples,): the highest of each example's windows; -inf for one without any."""
        best = np.full(len(self.examples), -np.inf, dtype=np.float32)
        np.maximum.at(best, self.owner, logits)
        return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "harmless", "held-out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    table = tabulate(read(options.data, options.harmless, options.held_out))
    weights, bias, logits = train(table, without=np.zeros(len(table.examples), dtype=bool))
    threshold = at_false_alarms(table, logits)
    for line in figures(table, table.best(logits), threshold, _out_of_fold(table)):
        print(line)
    bias += float(np.log(THRESHOLD / (1 - THRESHOLD))) - threshold
    tensors: dict[str, npt.NDArray[Any]] = {
        "idf": table.rows.idf.astype(np.float16),
        "ngrams": weights.astype(np.float16),
        "bias": np.array([bias], dtype=np.float32),
    }
    save_file(tensors, WEIGHTS)


def tabulate(examples: Sequence[Example]) -> Table:
    owner: list[int] = []
    buckets: list[npt.NDArray[np.int32]] = []
    counts: list[npt.NDArray[np.float32]] = []
    for number, example in enumerate(examples):
        for window in list(windows(Views(example.text).clean))[:MOST_WINDOWS]:
            found, weights = hashed(window.casefold())
            owner.append(number)
            buckets.append(found)
            counts.append(weights)
    return Table(examples, np.array(owner), Rows.of(buckets, counts, BUCKETS))


def train(table: Table, without: Mask) -> tuple[npt.NDArray[np.float32], float, npt.NDArray[np.float32]]:
    """Weights and bias fitted on all but the held-out examples and those in `without`, and the logit of each window."""
    attack = np.array([example.attack for example in table.examples])
    held_out = np.array([example.held_out for example in table.examples]) | without
    small = np.array(
        [example.source in ("deepset", "written", "written lines", "ordinary") for example in table.examples]
    )
    weight = np.array(
        [
            4.0
            if example.source in ("deepset", "written lines") or (example.source == "written" and not example.attack)
            else 1.0
            for example in table.examples
        ]
    )
    usable, labels = ~table.where(held_out), table.where(attack)
    random = np.random.default_rng(0)
    harmless = np.flatnonzero(usable & ~labels)
    chosen = usable & (labels | table.where(small))
    chosen[random.choice(harmless, min(FIRST_HARMLESS, len(harmless)), replace=False)] = True
    weights, bias = np.zeros(BUCKETS, dtype=np.float32), 0.0
    for _ in range(ROUNDS):
        picked = np.flatnonzero(chosen)
        weights, bias = fit(table.rows.some(picked), labels[picked], weight[table.owner[picked]])
        logits = table.rows.logits(weights, bias)
        chosen &= ~labels | (logits >= table.best(logits)[table.owner] - NEAR_BEST)
        chosen[harmless[np.argsort(-logits[harmless])[:HARDEST]]] = True
    return weights, bias, table.rows.logits(weights, bias)


def at_false_alarms(table: Table, logits: npt.NDArray[np.float32]) -> float:
    """The logit that FALSE_ALARMS of the held-out harmless texts reach."""
    held_out = np.array([example.held_out and not example.attack for example in table.examples])
    return float(np.quantile(table.best(logits)[held_out], 1 - FALSE_ALARMS))


def _out_of_fold(table: Table) -> npt.NDArray[np.bool_]:
    """For deepset's texts whether they are flagged by weights that were fitted without them."""
    flagged = np.zeros(len(table.examples), dtype=bool)
    folds = np.array([zlib.crc32(example.text.encode()) % FOLDS for example in table.examples])
    deepset = np.array([example.source == "deepset" for example in table.examples])
    for fold in range(FOLDS):
        outside = deepset & (folds == fold)
        _, _, logits = train(table, outside)
        flagged[outside] = table.best(logits)[outside] >= at_false_alarms(table, logits)
    return flagged


def figures(table: Table, best: npt.NDArray[np.float32], threshold: float, out_of_fold: Mask) -> Iterator[str]:
    """The rows of the card's table."""
    yield "| set | texts | attacks | flagged |\n|---|---|---|---|"
    groups = dict.fromkeys(
        (e.source, e.attack) for e in table.examples if e.held_out or e.source in ("deepset", "ordinary")
    )
    for source, attack in groups:
        rows = [n for n, e in enumerate(table.examples) if (e.source, e.attack) == (source, attack)]
        flagged = out_of_fold[rows] if source == "deepset" else best[rows] >= threshold
        yield f"| {source} | {len(rows)} | {'all' if attack else 'none'} | {float(flagged.mean()):.1%} |"


if __name__ == "__main__":
    main()
