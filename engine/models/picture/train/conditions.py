"""Which caption goes with which picture, encoded once by the frozen text encoder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from engine.models.picture.text_encoder import encode_texts, load_text_encoder
from engine.models.picture.train.concepts import captions, concepts

KINDS = {(False, False): 0.5, (True, False): 0.3, (False, True): 0.12, (True, True): 0.08}
"""How often a kind of picture is trained on, by whether it has an unusual colour and a coloured background."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """Pictures by kind, the captions of each, and every caption's tokens; number 0 is the empty caption."""

    pictures: tuple[np.ndarray, ...]
    shares: tuple[float, ...]
    captions: tuple[range, ...]
    tokens: torch.Tensor
    """Shape (captions, tokens, channels), float16."""

    @classmethod
    def load(cls, work: Path) -> Conditions:
        """Read pictures.json; encode its captions, or take captions.npy from an earlier run."""
        rows = json.loads((work / "pictures.json").read_text())
        by_icon = {concept.icon: concept for concept in concepts()}
        texts, ranges = [""], {}
        for row in rows:
            key = (row["icon"], row["colour"], row["background"])
            if key not in ranges:
                start = len(texts)
                texts.extend(captions(by_icon[row["icon"]], row["colour"], row["background"]))
                ranges[key] = range(start, len(texts))
        kinds = [(bool(row["colour"]), bool(row["background"])) for row in rows]
        groups = tuple(np.flatnonzero([kind == wanted for kind in kinds]) for wanted in KINDS)
        per_picture = tuple(ranges[row["icon"], row["colour"], row["background"]] for row in rows)
        return cls(groups, tuple(KINDS.values()), per_picture, _encoded(texts, work / "captions.npy"))

    def draw(self, count: int, empty: float, randomly: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """Numbers of `count` pictures, and the tokens of one caption of each; a share of `empty` gets none."""
        groups = randomly.choice(len(self.shares), size=count, p=self.shares)
        chosen = [int(randomly.choice(self.pictures[group])) for group in groups]
        said = [int(randomly.choice(self.captions[picture])) for picture in chosen]
        said = [0 if randomly.random() < empty else caption for caption in said]
        return torch.tensor(chosen), self.tokens[torch.tensor(said)].float()


def _encoded(texts: list[str], cache: Path) -> torch.Tensor:
    if cache.exists() and len(earlier := np.load(cache)) == len(texts):
        return torch.from_numpy(earlier)
    tokenizer, encoder = load_text_encoder()
    parts = [encode_texts(tokenizer, encoder, texts[at : at + 128]).half() for at in range(0, len(texts), 128)]
    tokens = torch.cat(parts)
    np.save(cache, tokens.numpy())
    print(f"{len(texts)} captions encoded", flush=True)
    return tokens
