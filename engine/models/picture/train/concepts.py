"""What the picture model learns to draw, and the honest captions for each rendering of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("concepts.txt")
OWN = ""
"""The colour word of a thing in its own colours, and of a picture on white."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One icon and the names people have for it, the plain one first."""

    icon: str
    names: tuple[str, ...]
    recolour: bool


def concepts(path: Path = FILE) -> list[Concept]:
    """Read the list. Lines are `icon = name, name`, with a leading ~ where colours must stay."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [_concept(line) for line in lines if line and not line.startswith("#")]


def _concept(line: str) -> Concept:
    icon, _, names = line.partition(" = ")
    return Concept(icon.lstrip("~"), tuple(name.strip() for name in names.split(",")), not icon.startswith("~"))


def captions(concept: Concept, colour: str, background: str) -> Iterator[str]:
    """Every caption that says what is shown: with an article, without, with the colours that are not the usual."""
    for name in concept.names:
        thing = article(f"{colour} {name}" if colour else name)
        if background:
            yield f"{thing} on {article(background)} background"
            continue
        yield thing
        yield thing.partition(" ")[2]
        if not colour:
            yield f"a picture of {thing}"
            yield f"{thing} on a white background"


def article(words: str) -> str:
    """`words` after "a" or "an"."""
    return f"{'an' if words[0] in 'aeiou' and not words.startswith('uni') else 'a'} {words}"
