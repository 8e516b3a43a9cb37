"""The flags: one table that parser, help and forms share."""

from __future__ import annotations

from dataclasses import dataclass

from bot.command import values
from bot.command.values import Read
from engine.domain.request import Kind

MAX_SEED = 2**32 - 1
MOST_TEXTS = 8
MOST_IMAGES = 4


@dataclass(frozen=True, slots=True)
class Spec:
    """One flag of one kind of request."""

    name: str
    read: Read
    example: str
    """A value that is right, to show."""
    wordy: bool = False
    """Its value is free text."""


_SEED = Spec("seed", values.integer("seed", 0, MAX_SEED), "42")
_MODEL = Spec("model", values.model, "", wordy=True)

FLAGS: dict[Kind, dict[str, Spec]] = {
    kind: {spec.name: spec for spec in specs}
    for kind, specs in {
        Kind.COPY: (
            Spec("tone", values.words("tone", 40), "friendly", wordy=True),
            Spec("lang", values.lang, "en"),
            Spec("length", values.length, "short"),
            Spec("n", values.integer("n", 1, MOST_TEXTS), "3"),
            _MODEL,
            _SEED,
            Spec("temperature", values.number("temperature", 0, 2), "0.7"),
        ),
        Kind.DRAW: (
            Spec("size", values.size, "512x512"),
            Spec("n", values.integer("n", 1, MOST_IMAGES), "2"),
            _SEED,
            Spec("steps", values.integer("steps", 1, 150), "20"),
            Spec("guidance", values.number("guidance", 0, 30), "7.5"),
            Spec("negative", values.words("negative", 500), "blurry", wordy=True),
            Spec("style", values.words("style", 100), "watercolor", wordy=True),
            _MODEL,
        ),
    }.items()
}
_OF_RECIPES = ("recipe", "field")
"""What bot.command.recipes reads; not values of parameters."""
NAMES = frozenset(name for specs in FLAGS.values() for name in specs) | frozenset(_OF_RECIPES)
WORDY = frozenset(name for specs in FLAGS.values() for name, spec in specs.items() if spec.wordy) | {"field"}
