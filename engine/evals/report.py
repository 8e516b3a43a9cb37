"""What the evaluation found: each picture's place in the judge's ranking, and the figures that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from engine.evals.cost import Cost
from engine.evals.prompts import TRAINED, UNSEEN
from engine.models.picture.concepts import concepts

TARGETS = {TRAINED: 0.6, UNSEEN: 0.4}
"""The least that top-1 should be as a share of the ceiling's, by the first word of a group's name."""
CEILING = "real renderings (the ceiling)"
FLOOR = "random blobs of colour (the floor)"


@dataclass(frozen=True, slots=True)
class Hit:
    """One prompt, and at which place, from 1, the judge ranked its concept on each of its pictures."""

    group: str
    concept: str
    prompt: str
    seed: int
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was measured."""

    model: str
    hits: tuple[Hit, ...]
    costs: tuple[Cost, ...]
    by_steps: dict[int, float]
    """Top-1 on a part of the trained English prompts."""
    difference: int

    def top(self, group: str, most: int) -> float:
        """The share of the group's pictures whose concept is among the judge's first `most`."""
        return top([hit for hit in self.hits if hit.group == group], most)

    def scores(self) -> list[dict[str, Any]]:
        """Each group's figures; of the unseen ones also those of prompts that do not name the thing."""
        names = {concept.name: concept.english + concept.chinese for concept in concepts()}
        found = []
        for group in dict.fromkeys(hit.group for hit in self.hits):
            hits = [hit for hit in self.hits if hit.group == group]
            found.append(self._score(group, hits, TARGETS.get(group.partition(",")[0])))
            nameless = [hit for hit in hits if not any(name in hit.prompt for name in names[hit.concept])]
            if nameless and group.startswith(UNSEEN):
                found.append(self._score(f"{group}, the thing not named", nameless, None))
        return found

    def _score(self, label: str, hits: Sequence[Hit], target: float | None) -> dict[str, Any]:
        shares = {most: top(hits, most) / (self.top(CEILING, most) or 1.0) for most in (1, 5)}
        return {
            "group": label,
            "pictures": sum(len(hit.places) for hit in hits),
            "top1": top(hits, 1),
            "top1_of_ceiling": shares[1],
            "top5": top(hits, 5),
            "top5_of_ceiling": shares[5],
            "target": target,
            "met": None if target is None else shares[1] >= target,
        }

    def to_json(self) -> dict[str, Any]:
        """All figures, with every prompt's own."""
        costs = [{**asdict(cost), "top1": self.by_steps[cost.steps]} for cost in self.costs]
        return {
            "model": self.model,
            "scores": self.scores(),
            "costs": costs,
            "difference_batched": self.difference,
            "prompts": [asdict(hit) for hit in self.hits],
        }


def top(hits: Sequence[Hit], most: int) -> float:
    """The share of pictures whose concept is among the judge's first `most`; 0 of none."""
    places = [place for hit in hits for place in hit.places]
    return sum(place <= most for place in places) / max(1, len(places))
