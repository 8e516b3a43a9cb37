"""What the picture model knows how to draw, and phrasings that it has never read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("concepts.txt")
UNSEEN = Path(__file__).with_name("unseen.txt")
NO_ARTICLE = frozenset({
    "bacon", "bananas", "beer", "bread", "broccoli", "candy", "cheese", "cherries", "chocolate", "coffee", "corn",
    "earth", "eyeglasses", "fries", "glasses", "grapes", "honey", "jeans", "lightning", "milk", "noodles", "pancakes",
    "peanuts", "popcorn", "ramen", "saturn", "scissors", "sheep", "socks", "strips", "sunshine", "sushi", "toast",
    "trousers", "wine",
})  # fmt: skip
"""Words that take no article, first or last."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing: its drawings in the icon sets, and the names people have for it, the plain one first."""

    icons: tuple[str, ...]
    english: tuple[str, ...]
    chinese: tuple[str, ...]
    measure: str
    """The Chinese measure word that counts it."""
    recolour: bool
    """Whether it is still itself in another colour."""

    @property
    def name(self) -> str:
        """The plain English name, which no other concept has."""
        return self.english[0]


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A concept's plain name, and how a person might ask for it as no training caption does."""

    concept: str
    english: str
    chinese: str


def concepts(path: Path = FILE) -> tuple[Concept, ...]:
    """Read the list; lines are `icon+icon = name, name | measure word: name, name`, with ~ where colours must stay."""
    return tuple(_concept(line) for line in _lines(path))


def unseen(path: Path = UNSEEN) -> tuple[Phrasing, ...]:
    """Read the phrasings; lines are `concept = English | Chinese`."""
    return tuple(_phrasing(line) for line in _lines(path))


def article(words: str) -> str:
    """`words` after "a" or "an", or alone where they take none."""
    if {words.split(maxsplit=1)[0], words.rsplit(maxsplit=1)[-1]} & NO_ARTICLE:
        return words
    an = words[0] in "aeiou" and not words.startswith(("uni", "ufo", "one"))
    return f"{'an' if an else 'a'} {words}"


def _lines(path: Path) -> list[str]:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _concept(line: str) -> Concept:
    icons, _, names = line.partition(" = ")
    english, _, rest = names.partition(" | ")
    measure, _, chinese = rest.partition(": ")
    return Concept(
        tuple(icons.lstrip("~").split("+")), _split(english), _split(chinese), measure, not icons.startswith("~")
    )


def _phrasing(line: str) -> Phrasing:
    concept, _, rest = line.partition(" = ")
    english, _, chinese = rest.partition(" | ")
    return Phrasing(concept, english, chinese)


def _split(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(","))
