"""What generated pictures are compared with: real renderings, the ceiling, and random blobs, the floor."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
from PIL import Image

from engine.errors import ModelCorrupt, ModelNotFound
from engine.evals.network import SIDE
from engine.models.picture.concepts import Concept, concepts, unseen

FILE = Path(__file__).with_name("renderings.webp")
"""Real renderings in rows, those of one concept side by side; composed with another seed than the training pictures."""
CHOSEN = 200
EACH = 4
"""Renderings of one concept."""
ACROSS = 40
GRIDS = (2, 4, 8, 16)
"""Random blobs are so many a side."""


def chosen() -> tuple[Concept, ...]:
    """The concepts that are measured: all with an unseen phrasing, and a fixed sample of the others."""
    known = concepts()
    needed = {phrasing.concept for phrasing in unseen()}
    others = [concept.name for concept in known if concept.name not in needed]
    names = needed | set(random.Random(0).sample(others, CHOSEN - len(needed)))  # noqa: S311 - a sample
    return tuple(concept for concept in known if concept.name in names)


def renderings(path: Path = FILE) -> dict[str, list[Image.Image]]:
    """By concept, EACH real pictures of SIDE pixels. Raises ModelNotFound without the file, ModelCorrupt if damaged."""
    if not path.exists():
        raise ModelNotFound(f"no renderings in {path}: python -m engine.evals.train_judge", model="judge")
    try:
        with Image.open(path) as file:
            sheet = file.convert("RGB")
    except OSError as error:
        raise ModelCorrupt(f"{path} cannot be read: {error}", model="judge") from error
    if sheet.size != (ACROSS * SIDE, CHOSEN * EACH // ACROSS * SIDE):
        raise ModelCorrupt(f"{path} has another size than {CHOSEN} concepts need", model="judge")
    tiles = [sheet.crop((x, y, x + SIDE, y + SIDE)) for y in range(0, sheet.height, SIDE) for x in _lefts(sheet)]
    return {concept.name: tiles[at * EACH : (at + 1) * EACH] for at, concept in enumerate(chosen())}


def blobs(count: int, seed: int = 0) -> list[Image.Image]:
    """Random colours that run into each other, coarse to fine in turn."""
    randomly = np.random.default_rng(seed)
    sides = [GRIDS[at % len(GRIDS)] for at in range(count)]
    colours = [randomly.integers(256, size=(side, side, 3), dtype=np.uint8) for side in sides]
    return [Image.fromarray(few).resize((SIDE, SIDE), Image.Resampling.BICUBIC) for few in colours]


def _lefts(sheet: Image.Image) -> range:
    return range(0, sheet.width, SIDE)
