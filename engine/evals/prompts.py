"""What the picture model is asked to draw: concepts by their plain names, and phrasings that it has never read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.evals.references import EACH
from engine.models.picture.concepts import Concept, Phrasing, article, unseen

PHRASINGS = 100
TRAINED, UNSEEN = "trained", "unseen"


@dataclass(frozen=True, slots=True)
class Case:
    """One prompt, what must be on its pictures, and the seed of the first of them."""

    concept: str
    prompt: str
    seed: int


def phrasings() -> tuple[Phrasing, ...]:
    """Those that are measured."""
    return unseen()[:PHRASINGS]


def groups(known: Sequence[Concept], strange: Sequence[Phrasing]) -> dict[str, list[Case]]:
    """The cases by the name of their group; the two languages ask for the same with the same seeds."""
    return {
        f"{TRAINED}, English": _cases((concept.name, article(concept.name)) for concept in known),
        f"{TRAINED}, Chinese": _cases((concept.name, chinese(concept)) for concept in known),
        f"{UNSEEN}, English": _cases((phrasing.concept, phrasing.english) for phrasing in strange),
        f"{UNSEEN}, Chinese": _cases((phrasing.concept, phrasing.chinese) for phrasing in strange),
    }


def chinese(concept: Concept) -> str:
    """One of it, counted with its measure word: 一只猫."""
    return f"一{concept.measure}{concept.chinese[0]}"


def _cases(asked: Iterable[tuple[str, str]]) -> list[Case]:
    return [Case(concept, prompt, number * EACH) for number, (concept, prompt) in enumerate(asked)]
