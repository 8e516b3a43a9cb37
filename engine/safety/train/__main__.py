"""Trains the classifier: `python -m engine.safety.train --data FOLDER...` writes weights/ and the card's figures.

A fifth of the examples and COLD's dev file are held out: the layers never see them, the calibration and every figure
rest on them. The regressions that ship are then fitted with that fifth. Takes about 20 minutes on two idle cores.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file
from safetensors.torch import load_file as load_tensors
from safetensors.torch import save_file as save_tensors

from engine.safety.classifier import CHINESE
from engine.safety.encoder import LAYERS
from engine.safety.network import WIDTH, Network, pooled, through, untrained
from engine.safety.train.card import figures
from engine.safety.train.corpus import Example, read
from engine.safety.train.heads import SHIPPED, Columns, Fitting, Head, count, counts, fitted_on
from engine.safety.train.hidden import Hidden, hidden
from engine.safety.train.regression import PRIOR, calibrate
from engine.safety.train.tuning import EPOCHS, Tuning, answers, tune

SAFETY = Path(__file__).parents[1]
PRIORS = {CHINESE: 0.5}
"""It shares a threshold with hate, and of comments on groups of people, half are offensive in its set."""


@dataclass(frozen=True)
class Prepared:
    """What both trainings start from."""

    examples: Sequence[Example]
    states: Hidden
    columns: Columns

    def vectors(self, tuning: Tuning) -> npt.NDArray[np.float32]:
        """(examples, WIDTH) of the trained layers; nan for those that no head needs."""
        asked = [row for row, each in enumerate(self.examples) if each.held_out or fitted_on(each)]
        tuned = np.full((len(self.examples), WIDTH), np.nan, np.float32)
        tuned[asked] = answers(tuning, self.states, asked).vectors
        return tuned

    def heads(self, tuned: npt.NDArray[np.float32], rows: Sequence[int]) -> list[Head]:
        return Fitting(self.examples, self.columns, tuned, rows).heads()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders with the sets of weights/CARD.md")
    parser.add_argument("--unseen", type=Path, nargs="*", default=[], help="test files none of whose texts may be used")
    parser.add_argument("--work", type=Path, required=True, help="folder for 2 GB of what is computed on the way")
    parser.add_argument("--epochs", type=float, default=EPOCHS)
    parser.add_argument(
        "--keep-layers", action="store_true", help="fit only the regressions, to the layers in weights/"
    )
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    prepared = prepare(read(options.data, options.unseen), options.work)
    first = [row for row, example in enumerate(prepared.examples) if not example.held_out]
    tuning = (
        kept() if options.keep_layers else tune(untrained(), prepared.examples, prepared.states, first, options.epochs)
    )
    tuned = prepared.vectors(tuning)
    trial = prepared.heads(tuned, first)
    lines = [line(head, prepared, tuned) for head in trial]
    judge(prepared, [head.calibrated(*at) for head, at in zip(trial, lines, strict=True)], tuned, options.work)
    most = [row for row, example in enumerate(prepared.examples) if example.source != "cold-dev"]
    heads = prepared.heads(tuned, most)
    write(tuning, [head.calibrated(*at) for head, at in zip(heads, lines, strict=True)], prepared.columns.idf)


def prepare(examples: Sequence[Example], work: Path) -> Prepared:
    network = untrained()
    states = hidden(network, [example.text for example in examples], work / "hidden.f16")
    idf, ngrams = count(examples)
    return Prepared(examples, states, Columns(idf, ngrams, plain(network, states, work / "plain.npy")))


def plain(network: Network, states: Hidden, path: Path) -> npt.NDArray[np.float32]:
    """(texts, WIDTH): the vectors of the layers as they came."""
    if path.exists() and (known := np.load(path)).shape == (len(states), WIDTH):
        return known  # type: ignore[no-any-return]
    found = np.zeros((len(states), WIDTH), np.float32)
    with torch.inference_mode():
        for rows in states.by_length(range(len(states)), 64):
            values, mask = states.batch(rows)
            found[rows] = pooled(through(network.plain, values, mask), mask).numpy()
    np.save(path, found)
    return found


def kept() -> Tuning:
    """The layers in weights/, as the filter reads them."""
    network = untrained()
    network.tuned.load_state_dict({name: weight.float() for name, weight in load_tensors(SAFETY / LAYERS).items()})
    return Tuning(network).eval().requires_grad_(False)


def line(head: Head, prepared: Prepared, tuned: npt.NDArray[np.float32]) -> tuple[float, float]:
    """The calibration's slope and shift, by the examples that were held out."""
    rows = [row for row, each in enumerate(prepared.examples) if each.held_out and counts(each, head.task)]
    labels = np.array([prepared.examples[row].labels[head.task] for row in rows])
    return calibrate(head.logits(prepared.columns, tuned, rows), labels, PRIORS.get(head.task, PRIOR))


def judge(prepared: Prepared, heads: Sequence[Head], tuned: npt.NDArray[np.float32], work: Path) -> None:
    """The figures of what was held out, on the card; and its probabilities, for choosing thresholds."""
    rows = [row for row, example in enumerate(prepared.examples) if example.held_out]
    logits = np.array([head.logits(prepared.columns, tuned, rows) for head in heads])
    np.save(work / "held_out.npy", logits)
    card = figures([prepared.examples[row] for row in rows], SHIPPED, logits)
    path = SAFETY / "weights/CARD.md"
    before, mark, _ = path.read_text(encoding="utf-8").partition("## Figures\n")
    path.write_text(f"{before}{mark}\n{card}\n", encoding="utf-8")
    print(card, flush=True)


def write(tuning: Tuning, heads: Sequence[Head], idf: npt.NDArray[np.float32]) -> None:
    tensors: dict[str, npt.NDArray[Any]] = {
        "idf": idf.astype(np.float16),
        "ngrams": np.stack([head.ngrams for head in heads]).astype(np.float16),
        "sentence": np.stack([np.concatenate([head.plain, head.tuned]) for head in heads]).astype(np.float32),
        "bias": np.array([head.bias for head in heads], dtype=np.float32),
    }
    names = {"heads": json.dumps([head.task for head in heads])}
    save_file(tensors, SAFETY / "weights/classifier.safetensors", metadata=names)
    layers = {name: weight.half().contiguous() for name, weight in tuning.layers.state_dict().items()}
    save_tensors(layers, SAFETY / LAYERS)


if __name__ == "__main__":
    main()
