"""Renders the real pictures that the judge's ceiling is measured on."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image

from engine.evals.network import SIDE
from engine.evals.references import ACROSS, EACH, chosen
from engine.models.picture.concepts import Concept
from engine.models.picture.sheet import layout
from engine.models.picture.train.icons import Things, things
from engine.models.picture.train.scenes import single

SEED = 1
"""Training pictures are composed with seed 0."""
QUALITY = 80


def render(work: Path, target: Path) -> None:
    """Write EACH renderings of every chosen concept into one picture."""
    have, _ = things(work)
    randomly = random.Random(SEED)  # noqa: S311 - placing pictures
    tiles = [tile for concept in chosen() for tile in _tiles(concept, have, randomly)]
    layout(tiles, ACROSS).save(target, "WEBP", quality=QUALITY, method=6)


def _tiles(concept: Concept, have: Things, randomly: random.Random) -> list[Image.Image]:
    views = [image for _, image in single(concept, have, randomly)]
    return [image.resize((SIDE, SIDE), Image.Resampling.BOX) for image in randomly.sample(views, EACH)]
