"""Makes the model, or measures it: `python -m engine.models.answering.train fit --data FOLDER`, and `... measure`.

FOLDER has the open sets that README.md lists. `measure` reads weights.safetensors as the product does, on whatever was
kept out of the training; without --data, of the handwritten passages only.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from engine.models.answering.scorer import WEIGHTS
from engine.models.answering.train import squad
from engine.models.answering.train.corpus import HAND, Example, by_hand, handwritten
from engine.models.answering.train.fitting import Options, stages, train
from engine.models.answering.train.low_rank import layers, learned
from engine.models.answering.train.measure import figures, logits
from engine.models.answering.train.network import Network, device, taught
from engine.models.answering.train.rows import Row, rows
from engine.models.e5.encoder import load_e5

SEED = 1
"""Of the draw of examples: another would hold out the same passages and put other questions beside them."""
SHIPPED = Path(__file__).parents[1] / WEIGHTS


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("fit", "measure"))
    parser.add_argument(
        "--data", type=Path, help="folder with the open sets; without it, only the handwritten are read"
    )
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="the file to write or to measure")
    parser.add_argument("--threads", type=int, default=2)
    for field in fields(Options):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    given = vars(parser.parse_args(arguments))
    torch.set_num_threads(given["threads"])
    examples = read(given["data"])
    if given["command"] == "fit":
        fit(examples, Options(**{field.name: given[field.name] for field in fields(Options)}), given["weights"])
    else:
        tokenizer, _ = load_e5()
        measure(taught(load_file(given["weights"])), *held_out(examples, rows(tokenizer, examples)))


def read(data: Path | None) -> list[Example]:
    """Always the same. Raises OSError for a set that is not in the folder."""
    chance = random.Random(SEED)  # noqa: S311 - nothing secret
    return [*by_hand(handwritten(), chance), *(squad.read(data, chance) if data else ())]


def fit(examples: Sequence[Example], options: Options, target: Path) -> None:
    """Train, print the figures after each stage and of what is kept, and write that."""
    torch.manual_seed(options.seed)
    torch.backends.cuda.matmul.allow_tf32 = True
    tokenizer, encoder = load_e5()
    network = Network(encoder, options.dropout)
    before, read = layers(network), rows(tokenizer, examples)
    network.to(device())
    everything = [place for place, example in enumerate(examples) if not example.held_out]
    by_hand = [place for place in everything if examples[place].source == HAND]
    for stage in stages(everything, by_hand, options):
        train(network, read, stage, options)
        measure(network, *held_out(examples, read))
    kept = learned(network, before)
    measure(taught(kept), *held_out(examples, read))
    save_file(kept, target)


def held_out(examples: Sequence[Example], read: Sequence[Row]) -> tuple[list[Example], list[Row]]:
    pairs = [(example, row) for example, row in zip(examples, read, strict=True) if example.held_out]
    return [example for example, _ in pairs], [row for _, row in pairs]


def measure(network: Network, examples: Sequence[Example], read: Sequence[Row]) -> None:
    for line in figures(examples, logits(network.to(device()), read)):
        print(line, flush=True)


if __name__ == "__main__":
    main()
