"""What the evaluation found: each picture's place in the judge's ranking, and the figures that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from engine.evals.cost import Cost
from engine.evals.prompts import TRAINED, UNSEEN
from engine.models.picture.concepts import concepts

TARGETS = {TRAINED: 0.6, UNSEEN: 0.4}
"""The least that top-1 should be as a share of the ceiling's, by the first word of a group's name."""
CEILING = "real renderings (the ceiling)"
NAMELESS = ", the thing not named"
"""Ends the name of a part of an unseen group."""
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

    def share(self, group: str, most: int) -> float:
        """The same as a share of the ceiling."""
        return self.top(group, most) / (self.top(CEILING, most) or 1.0)

    def target(self, group: str) -> float | None:
        return None if group.endswith(NAMELESS) else TARGETS.get(group.partition(",")[0])

    def scores(self) -> list[dict[str, Any]]:
        """Each group's figures; of the unseen ones also those of prompts that do not name the thing."""
        found = []
        for group in dict.fromkeys(hit.group for hit in self.hits):
            found.append(self._score(group))
            if group.startswith(UNSEEN):
                nameless = [replace(hit, group=f"{group}{NAMELESS}") for hit in self.hits if hit.group == group]
                rest = tuple(hit for hit in nameless if not _named(hit))
                found += [replace(self, hits=(*self.hits, *rest))._score(f"{group}{NAMELESS}")] if rest else []
        return found

    def _score(self, group: str) -> dict[str, Any]:
        target, share = self.target(group), self.share(group, 1)
        return {
            "group": group,
            "pictures": sum(len(hit.places) for hit in self.hits if hit.group == group),
            "top1": self.top(group, 1),
            "top1_of_ceiling": share,
            "top5": self.top(group, 5),
            "top5_of_ceiling": self.share(group, 5),
            "target": target,
            "met": None if target is None else share >= target,
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


def _named(hit: Hit) -> bool:
    """Whether the prompt contains a name that captions have for the thing."""
    names = [
        name for concept in concepts() if concept.name == hit.concept for name in concept.english + concept.chinese
    ]
    return any(name in hit.prompt for name in names)


def top(hits: Sequence[Hit], most: int) -> float:
    """The share of pictures whose concept is among the judge's first `most`; 0 of none."""
    places = [place for hit in hits for place in hit.places]
    return sum(place <= most for place in places) / max(1, len(places))
