"""Composes training pictures from renderings, and says of each what is true of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from engine.models.picture.concepts import Concept
from engine.models.picture.train.icons import HATS, Things
from engine.models.picture.train.recolour import BACKGROUNDS, COLOURS, recolour

SIDE = 128
"""Pixels a side of a picture."""
WHITE = (255, 255, 255)
WEARERS = {
    "cat-face": 0.17,
    "dog-face": 0.08,
    "rabbit-face": 0.42,
    "mouse-face": 0.17,
    "hamster": 0.1,
    "fox": 0.17,
    "bear": 0.1,
    "panda": 0.1,
    "koala": 0.08,
    "tiger-face": 0.1,
    "lion": 0.16,
    "cow-face": 0.12,
    "pig-face": 0.12,
    "monkey-face": 0.08,
    "frog": 0.12,
    "wolf": 0.17,
    "raccoon": 0.12,
    "robot": 0.14,
    "ghost": 0.06,
    "alien": 0.06,
    "skull": 0.06,
    "smiling-face-with-smiling-eyes": 0.06,
}
"""Heads seen from the front, and how far down them, as a share of their height, a hat sits."""
VIEWS = {"flat": (3, 7, 9, 4), "glossy": (2, 2, 4, 1), "cartoon": (3, 4, 7, 2)}
"""Of each style: pictures in own colours, on coloured grounds, recoloured, and both."""
PAIRS = 1200


@dataclass(frozen=True, slots=True)
class Scene:
    """The truth about one picture."""

    things: tuple[str, ...]
    """Plain names of concepts, from left to right."""
    style: str
    colour: str = ""
    """Empty: its own colours."""
    background: str = ""
    """Empty: white."""
    wearing: str = ""

    @property
    def kind(self) -> str:
        """Which of the kinds, each trained on with a share of its own."""
        if len(self.things) > 1:
            return "pair"
        if self.wearing:
            return "hat"
        return {(False, False): "own", (True, False): "colour", (False, True): "ground", (True, True): "both"}[
            bool(self.colour), bool(self.background)
        ]


Picture = tuple[Scene, Image.Image]


def single(concept: Concept, have: Things, randomly: random.Random) -> Iterator[Picture]:
    """Every view of one concept in every style."""
    for style, (own, grounds, colours, both) in VIEWS.items():
        for icon in concept.icons:
            thing = have[style, icon]
            shown = (concept.name,)
            for _ in range(own):
                yield Scene(shown, style), placed(thing, WHITE, randomly)
            for ground in randomly.sample(list(BACKGROUNDS), grounds):
                yield Scene(shown, style, background=ground), placed(thing, BACKGROUNDS[ground], randomly)
            if not concept.recolour:
                continue
            painted = {colour: recolour(thing, colour) for colour in randomly.sample(COLOURS, colours)}
            for colour, copy in painted.items():
                yield Scene(shown, style, colour), placed(copy, WHITE, randomly)
            for _ in range(both):
                colour = randomly.choice(list(painted))
                ground = randomly.choice([name for name in BACKGROUNDS if name != colour])
                yield Scene(shown, style, colour, ground), placed(painted[colour], BACKGROUNDS[ground], randomly)


def dressed(concepts: tuple[Concept, ...], have: Things, randomly: random.Random) -> Iterator[Picture]:
    """Every head with every hat, in every style, on white and once on a coloured ground."""
    for concept in concepts:
        for icon in concept.icons:
            for style in VIEWS if icon in WEARERS else ():
                grounds = [*[""] * len(HATS), randomly.choice(list(BACKGROUNDS))]
                for ground, hat in zip(grounds, [*HATS, randomly.choice(list(HATS))], strict=True):
                    figure = _with_hat(have[style, icon], have[style, hat], WEARERS[icon])
                    scene = Scene((concept.name,), style, background=ground, wearing=HATS[hat])
                    yield scene, placed(figure, BACKGROUNDS.get(ground, WHITE), randomly)


def pairs(concepts: tuple[Concept, ...], have: Things, randomly: random.Random) -> Iterator[Picture]:
    """Two things side by side, in the flat style; every concept as often as any other."""
    rounds = 2 * PAIRS // len(concepts) + 1
    order = [concept for _ in range(rounds) for concept in randomly.sample(concepts, k=len(concepts))]
    for left, right in zip(order[0 : 2 * PAIRS : 2], order[1 : 2 * PAIRS : 2], strict=True):
        if left is right:
            continue
        both = Image.new("RGBA", (SIDE, SIDE))
        half = SIDE // 2
        for number, concept in enumerate((left, right)):
            thing = have["flat", concept.icons[0]].resize((half, half), Image.Resampling.LANCZOS)
            both.paste(thing, (number * half, half // 2), thing)
        yield Scene((left.name, right.name), "flat"), placed(both, WHITE, randomly)


def placed(thing: Image.Image, rgb: tuple[int, int, int], randomly: random.Random) -> Image.Image:
    """The thing on a plain ground, hardly moved: a small model draws sharply what keeps its place."""
    side = round(SIDE * randomly.uniform(0.92, 0.96))
    ground = Image.new("RGB", (SIDE, SIDE), rgb)
    small = thing.resize((side, side), Image.Resampling.LANCZOS)
    room = SIDE - side
    at = (round(room * randomly.uniform(0.4, 0.6)), round(room * randomly.uniform(0.4, 0.6)))
    ground.paste(small, at, small)
    return ground


def _with_hat(head: Image.Image, hat: Image.Image, depth: float) -> Image.Image:
    """The head, smaller and lower, with the hat's lower edge `depth` of its height below its top."""
    side = head.width
    head, hat = head.crop(head.getbbox()), hat.crop(hat.getbbox())
    head = _scaled(head, 0.72 * side / max(head.size))
    hat = _scaled(hat, 0.62 * head.width / hat.width)
    figure = Image.new("RGBA", (side, side))
    top = side - head.height - round(0.03 * side)
    figure.alpha_composite(head, ((side - head.width) // 2, top))
    brim = top + round(depth * head.height)
    figure.alpha_composite(hat, ((side - hat.width) // 2, max(0, brim - hat.height)))
    return figure


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    return image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
