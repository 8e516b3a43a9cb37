"""Renders the emoji set into training pictures: `python -m engine.models.picture.train.data`.

Needs npm and `resvg-py`. Writes pictures.npy, shape (pictures, 128, 128, 3), bytes of RGB, and pictures.json, for each
picture its concept, colour and background. Source: npm `@iconify-json/fluent-emoji-flat`, MIT, by Microsoft.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import random
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from engine.models.picture.train.concepts import OWN, Concept, concepts
from engine.models.picture.train.recolour import BACKGROUNDS, COLOURS, recolour

PACKAGE = "@iconify-json/fluent-emoji-flat@1.2.6"
SIDE = 128
LARGE = 2 * SIDE
OWN_COLOUR_VIEWS = 4
RECOLOURED_VIEWS = 2
MIXED_VIEWS = 4
WHITE = (255, 255, 255)


def main() -> None:
    """Render every concept in its own colours, recoloured, and on plain backgrounds."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/picture"))
    parser.add_argument("--dry-run", action="store_true", help="three concepts only")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    chosen = concepts()[: 3 if arguments.dry_run else None]
    icons = _icons(arguments.work)
    randomly = random.Random(0)  # noqa: S311 - placing pictures
    pictures, rows = [], []
    for concept in chosen:
        thing = _rendered(icons, concept.icon)
        for colour, background, view in _views(concept, thing, randomly):
            pictures.append(np.asarray(view))
            rows.append({"icon": concept.icon, "colour": colour, "background": background})
    np.save(arguments.work / "pictures.npy", np.stack(pictures))
    (arguments.work / "pictures.json").write_text(json.dumps(rows))
    _sheet(pictures, arguments.work / "pictures.png")
    print(f"{len(chosen)} concepts, {len(rows)} pictures")


def _icons(work: Path) -> dict[str, Any]:
    """The icons by name, fetched once. Raises CalledProcessError without npm or network."""
    archives = list(work.glob("iconify-json-fluent-emoji-flat-*.tgz"))
    if not archives:
        subprocess.run(["npm", "pack", PACKAGE], cwd=work, check=True, capture_output=True)
        archives = list(work.glob("iconify-json-fluent-emoji-flat-*.tgz"))
    with tarfile.open(archives[0]) as archive:
        member = archive.extractfile("package/icons.json")
        if member is None:
            raise FileNotFoundError(f"no icons.json in {archives[0]}")
        found: dict[str, Any] = json.load(member)["icons"]
    return found


def _rendered(icons: dict[str, Any], name: str) -> Image.Image:
    """One icon as RGBA, LARGE pixels a side."""
    resvg = importlib.import_module("resvg_py")
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{icons[name]["body"]}</svg>'
    data = resvg.svg_to_bytes(svg_string=svg, width=LARGE, height=LARGE)
    return Image.open(io.BytesIO(bytes(data))).convert("RGBA")


def _views(concept: Concept, thing: Image.Image, randomly: random.Random) -> Iterator[tuple[str, str, Image.Image]]:
    """Colour word, background word and picture for every view of a concept."""
    for _ in range(OWN_COLOUR_VIEWS):
        yield OWN, OWN, _placed(thing, WHITE, randomly)
    for background, rgb in BACKGROUNDS.items():
        yield OWN, background, _placed(thing, rgb, randomly)
    if not concept.recolour:
        return
    painted = {colour: recolour(thing, colour) for colour in COLOURS}
    for colour in COLOURS:
        for _ in range(RECOLOURED_VIEWS):
            yield colour, OWN, _placed(painted[colour], WHITE, randomly)
    for _ in range(MIXED_VIEWS):
        colour = randomly.choice(COLOURS)
        background = randomly.choice([name for name in BACKGROUNDS if name != colour])
        yield colour, background, _placed(painted[colour], BACKGROUNDS[background], randomly)


def _placed(thing: Image.Image, rgb: tuple[int, int, int], randomly: random.Random) -> Image.Image:
    """The thing on a plain ground, hardly moved: a small model draws sharply what keeps its place."""
    side = round(LARGE * randomly.uniform(0.92, 0.96))
    ground = Image.new("RGB", (LARGE, LARGE), rgb)
    small = thing.resize((side, side), Image.Resampling.LANCZOS)
    room = LARGE - side
    at = (round(room * randomly.uniform(0.4, 0.6)), round(room * randomly.uniform(0.4, 0.6)))
    ground.paste(small, at, small)
    return ground.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def _sheet(pictures: list[np.ndarray], target: Path, across: int = 24) -> None:
    """A contact sheet of a sample, to look at before training."""
    sample = pictures[:: max(1, len(pictures) // (across * across))]
    sheet = Image.new("RGB", (across * 64, -(-len(sample) // across) * 64), WHITE)
    for index, picture in enumerate(sample):
        sheet.paste(Image.fromarray(picture).resize((64, 64)), (index % across * 64, index // across * 64))
    sheet.save(target)


if __name__ == "__main__":
    main()
