"""The judge: tells which of the picture model's concepts a picture shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from safetensors import SafetensorError, safe_open

from engine.errors import ModelCorrupt, ModelNotFound
from engine.evals.network import Network, to_pixels
from engine.models.picture.concepts import concepts

WEIGHTS = Path(__file__).with_name("judge.safetensors")
"""Half precision, as `engine.evals.train_judge` writes it, with the concepts' plain names in its metadata."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A trained network and the names of its classes."""

    network: Network
    names: tuple[str, ...]

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Judge:
        """Raises ModelNotFound without the file, ModelCorrupt where it is damaged or knows other concepts."""
        if not path.exists():
            raise ModelNotFound(f"no judge in {path}: python -m engine.evals.train_judge", model="judge")
        names = tuple(concept.name for concept in concepts())
        try:
            known, weights = _read(path)
            network = Network(len(known))
            network.load_state_dict(weights)
        except (OSError, SafetensorError, RuntimeError, ValueError, KeyError, TypeError) as error:
            raise ModelCorrupt(f"{path} cannot be read: {error}", model="judge") from error
        if known != names:
            raise ModelCorrupt(f"{path} knows other concepts than concepts.txt: train it again", model="judge")
        return cls(network.eval(), names)

    @torch.inference_mode()
    def rank(self, images: Sequence[Image.Image]) -> list[list[str]]:
        """For each picture the names of all concepts, the likeliest first."""
        order = self.network(to_pixels(images)).argsort(dim=1, descending=True)
        return [[self.names[number] for number in row] for row in order.tolist()]

    def places(self, images: Sequence[Image.Image], concept: str) -> list[int]:
        """For each picture the concept's place in the ranking, from 1."""
        return [ranked.index(concept) + 1 for ranked in self.rank(images)]


def _read(path: Path) -> tuple[tuple[str, ...], dict[str, torch.Tensor]]:
    with safe_open(path, framework="pt") as file:
        names = json.loads(file.metadata()["names"])
        return tuple(names), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
