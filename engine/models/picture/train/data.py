"""Makes the training pictures: `python -m engine.models.picture.train.data`.

Writes pictures.npy, shape (pictures, 128, 128, 3), bytes of RGB; scenes.json, what each shows; and a sheet to look at.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PIL import Image

from engine.models.picture.concepts import concepts
from engine.models.picture.sheet import layout
from engine.models.picture.train.icons import things
from engine.models.picture.train.scenes import Picture, Scene, dressed, pairs, single


def main() -> None:
    """Compose every picture and write them with what they show."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/picture"))
    parser.add_argument("--dry-run", action="store_true", help="every tenth concept only")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    made = compose(arguments.work, every=10 if arguments.dry_run else 1)
    pictures = np.stack([np.asarray(image) for _, image in made])
    np.save(arguments.work / "pictures.npy", pictures)
    (arguments.work / "scenes.json").write_text(json.dumps([asdict(scene) for scene, _ in made]))
    _sheet(pictures, arguments.work / "pictures.png")
    print(f"{len(made)} pictures")


def compose(work: Path, every: int = 1, seed: int = 0) -> list[Picture]:
    """All training pictures, in a fixed order; another seed places and colours them otherwise."""
    randomly = random.Random(seed)  # noqa: S311 - placing pictures
    chosen = concepts()[::every]
    have, _ = things(work)
    made = [picture for concept in chosen for picture in single(concept, have, randomly)]
    made += dressed(chosen, have, randomly)
    made += list(pairs(chosen, have, randomly))[::every]
    return made


def scenes(work: Path) -> list[Scene]:
    """What each picture shows, as `data` wrote it."""
    rows = json.loads((work / "scenes.json").read_text())
    return [Scene(**{**row, "things": tuple(row["things"])}) for row in rows]


def _sheet(pictures: np.ndarray, target: Path, across: int = 24) -> None:
    sample = pictures[:: max(1, len(pictures) // (across * across))]
    layout([Image.fromarray(picture).resize((64, 64)) for picture in sample], across).save(target)


if __name__ == "__main__":
    main()
