"""Which caption goes with which picture, encoded once by the frozen text encoder."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from engine.models.picture.concepts import concepts
from engine.models.picture.text_encoder import SCALE, TOKENS, encode_texts, load_text_encoder
from engine.models.picture.train.captions import Writer
from engine.models.picture.train.data import scenes
from engine.models.picture.train.icons import things
from engine.models.picture.train.run_state import device

CAPTIONS = {"own": 10, "hat": 6}
"""How many captions a picture of a kind has; others have two."""
REVISED = 0.7
"""Share of pictures that have one more, worded as a wish to change an earlier picture."""


@dataclass(frozen=True, slots=True)
class Mix:
    """How often pictures are trained on: each kind's share of all, and the styles beside each other."""

    kinds: dict[str, float]
    styles: dict[str, float]


MIXES = {
    "cuda": Mix(
        {"own": 0.46, "colour": 0.2, "ground": 0.1, "both": 0.06, "hat": 0.12, "pair": 0.06},
        {"flat": 1.0, "glossy": 0.5, "cartoon": 0.6},
    ),
    "cpu": Mix(
        {"own": 0.62, "colour": 0.14, "ground": 0.07, "both": 0.03, "hat": 0.13, "pair": 0.01},
        {"flat": 1.0, "glossy": 0.0, "cartoon": 0.0},
    ),
}
"""A CPU has time to learn one drawing of a thing, not three."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How often to train on each picture, the captions of each, and every caption's tokens; 0 is the empty caption."""

    chances: np.ndarray
    """One of each picture, 1 in all."""
    captions: tuple[tuple[int, ...], ...]
    tokens: torch.Tensor
    """Shape (captions, tokens, channels), float16."""

    @classmethod
    def load(cls, work: Path) -> Conditions:
        """Write captions for scenes.json and encode them, or take captions.npy from an earlier run."""
        shown = scenes(work)
        _, keywords = things(work)
        randomly = random.Random(0)  # noqa: S311 - choosing words
        writer = Writer({concept.name: concept for concept in concepts()}, keywords, randomly)
        texts = [dict.fromkeys(writer.captions(scene, CAPTIONS.get(scene.kind, 2))) for scene in shown]
        wishes = [writer.revised(scene) if randomly.random() < REVISED else "" for scene in shown]
        numbers = {text: number for number, text in enumerate(dict.fromkeys(["", *chain(*texts), *wishes]))}
        per_picture = [
            tuple(numbers[text] for text in (*said, wish) if text) for said, wish in zip(texts, wishes, strict=True)
        ]
        mix = MIXES[device().type]
        kinds = np.array([scene.kind for scene in shown])
        weights = np.array([mix.styles[scene.style] for scene in shown])
        for kind, share in mix.kinds.items():
            weights[kinds == kind] *= share / max(weights[kinds == kind].sum(), 1e-9)
        tokens = _encoded(list(numbers), work / "captions.npy")
        return cls(weights / weights.sum(), tuple(per_picture), _standardised(tokens, work / "text" / SCALE))

    def draw(self, count: int, empty: float, randomly: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """Numbers of `count` pictures, and the tokens of one caption of each; a share of `empty` gets none."""
        chosen = randomly.choice(len(self.chances), size=count, p=self.chances)
        said = [int(randomly.choice(self.captions[picture])) for picture in chosen]
        said = [0 if randomly.random() < empty else caption for caption in said]
        return torch.from_numpy(chosen), self.tokens[torch.tensor(said)].float()


def _encoded(texts: list[str], cache: Path) -> torch.Tensor:
    said = cache.with_suffix(".json")
    if said.exists() and json.loads(said.read_text(encoding="utf-8")) == texts:
        return torch.from_numpy(np.load(cache))
    tokenizer, encoder = load_text_encoder()
    tokens = torch.zeros(len(texts), TOKENS, encoder.config.hidden_size, dtype=torch.float16)
    for at in range(0, len(texts), 128):
        with torch.autocast("cpu", torch.bfloat16):
            tokens[at : at + 128] = encode_texts(tokenizer, encoder, texts[at : at + 128]).half()
    np.save(cache, tokens.numpy())
    said.write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
    print(f"{len(texts)} captions encoded", flush=True)
    return tokens


def _standardised(tokens: torch.Tensor, scale: Path) -> torch.Tensor:
    """`tokens` with mean 0 and deviation 1 in every channel, or as an earlier run kept in `scale`, for the encoder."""
    if not scale.exists():
        sample = tokens[:: max(1, len(tokens) // 4000)].float().flatten(0, 1)
        scale.parent.mkdir(exist_ok=True)
        save_file({"mean": sample.mean(0), "deviation": sample.std(0)}, scale)
    known = load_file(scale)
    for at in range(0, len(tokens), 1024):
        tokens[at : at + 1024] = (tokens[at : at + 1024].float() - known["mean"]) / known["deviation"]
    return tokens
