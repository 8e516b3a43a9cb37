"""Measures a picture model: how often the judge sees on its pictures what was asked for, and what they cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from PIL import Image

from engine.evals.cost import measured
from engine.evals.drawing import TOGETHER, difference, drawn, opened, task
from engine.evals.judge import Judge
from engine.evals.prompts import Case, groups, phrasings
from engine.evals.references import EACH, blobs, chosen, renderings
from engine.evals.report import CEILING, FLOOR, Hit, Report, top
from engine.models.picture.concepts import Concept, Phrasing
from engine.models.picture.sheet import PROMPTS, SEED, layout
from engine.ports import ImageBackend

STEPS = (4, 8, 20)
STEPPED = 50
"""Concepts that are drawn with each of STEPS."""
Show = Callable[[str, int, int], None]
"""Told what is being drawn, how many prompts of it are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for."""

    concepts: Sequence[Concept]
    phrasings: Sequence[Phrasing]

    @classmethod
    def make(cls, quick: bool = False) -> Plan:
        """All, or every tenth."""
        every = 10 if quick else 1
        return cls(chosen()[::every], phrasings()[::every])

    def cases(self) -> dict[str, list[Case]]:
        return groups(self.concepts, self.phrasings)

    def stepped(self) -> list[Case]:
        """The part of the English trained prompts on which numbers of steps are compared."""
        cases = next(iter(self.cases().values()))
        return cases[:: max(1, len(cases) // STEPPED)]


def run(model: str, plan: Plan, show: Show) -> Report:
    """Draw everything. Raises what setting up and drawing raise, ModelNotFound and ModelCorrupt for the judge."""
    judge = Judge.load()
    references = [*_ceiling(judge), *_floor(judge)]
    with opened(model) as backend:
        found = evaluated(model, backend, judge, plan, show)
    costs = []
    for steps in STEPS:
        show(f"one picture, {steps} steps", 0, 1)
        costs.append(measured(model, steps))
    return replace(found, hits=(*found.hits, *references), costs=tuple(costs))


def evaluated(model: str, backend: ImageBackend, judge: Judge, plan: Plan, show: Show) -> Report:
    """What the backend draws, without what is measured in processes of their own."""
    hits = [hit for group, cases in plan.cases().items() for hit in judged(backend, judge, group, cases, show=show)]
    by_steps = {}
    for steps in STEPS:
        drawings = judged(backend, judge, f"{steps} steps", plan.stepped(), show=show, steps=steps)
        by_steps[steps] = top(list(drawings), 1)
    prompts = [case.prompt for case in plan.stepped()[:TOGETHER]]
    return Report(model, tuple(hits), (), by_steps, difference(backend, prompts))


def judged(
    backend: ImageBackend, judge: Judge, group: str, cases: Sequence[Case], *, show: Show, steps: int | None = None
) -> Iterator[Hit]:
    """EACH pictures of every case, ranked; `steps` None: as many as the model draws with by itself."""
    tasks = [task(case.prompt, case.seed, EACH, steps) for case in cases]
    show(group, 0, len(cases))
    for number, (case, images) in enumerate(zip(cases, drawn(backend, tasks), strict=True)):
        yield Hit(group, case.concept, case.prompt, case.seed, tuple(judge.places(images, case.concept)))
        show(group, number + 1, len(cases))


def sheet(model: str, show: Show) -> Image.Image:
    """The contact sheet, drawn with one seed."""
    show("the contact sheet", 0, 1)
    with opened(model) as backend:
        return layout([images[0] for images in drawn(backend, [task(prompt, SEED) for prompt in PROMPTS])])


def _ceiling(judge: Judge) -> list[Hit]:
    return [Hit(CEILING, name, "", 0, tuple(judge.places(images, name))) for name, images in renderings().items()]


def _floor(judge: Judge) -> list[Hit]:
    images = blobs(len(chosen()) * EACH)
    parts = [images[at : at + EACH] for at in range(0, len(images), EACH)]
    return [
        Hit(FLOOR, concept.name, "", 0, tuple(judge.places(part, concept.name)))
        for concept, part in zip(chosen(), parts, strict=True)
    ]
