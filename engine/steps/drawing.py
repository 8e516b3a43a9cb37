"""Draws: previews and images are cleared one by one before anyone sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

from engine.domain.job import Job
from engine.domain.prompt import image_prompt
from engine.domain.request import DrawParams, Revision, RevisionMode
from engine.domain.result import Artifact, ArtifactKind, Progress, Result
from engine.domain.safety import Action, Category, Finding, Stage, Verdict
from engine.domain.task import ImageDone, ImageStep, ImageTask, ImageUsage
from engine.ports import ArtifactStore, ImageBackend, SafetyFilter
from engine.steps.run import NothingMade, Refused, Run, strictest

STRENGTHS = {RevisionMode.VARY: 0.5, RevisionMode.EDIT: 0.75}
"""How far each kind of revision may move from the earlier image."""


def draw(run: Run, backend: ImageBackend, safety: SafetyFilter, artifacts: ArtifactStore) -> Result:
    """All images that passed the check. Raises Refused if none did, NothingMade, Interrupted and EngineError.

    What it took is on the run's meter, however it ends.
    """
    _count(run, ImageUsage())
    easel = Easel(run, safety, artifacts)
    for event in backend.generate(image_task(run, backend, artifacts), run.canceled):
        match event:
            case ImageStep():
                easel.step(event)
            case ImageDone():
                easel.done(event)
            case ImageUsage():
                _count(run, event)
    return easel.result()


def image_task(run: Run, backend: ImageBackend, artifacts: ArtifactStore) -> ImageTask:
    """Raises ArtifactMissing when the image to start from is gone."""
    params = _params(run)
    task = ImageTask(
        prompt=image_prompt(run.lineage),
        n=params.n,
        seed=params.seed,
        width_px=params.width_px,
        height_px=params.height_px,
        steps=params.steps,
        guidance=params.guidance,
        negative=params.negative,
    )
    origin = source(run.lineage) if backend.supports_init_image else None
    if origin is None:
        return task
    key, mode = origin
    return replace(task, init_image=artifacts.get(key), strength=STRENGTHS[mode])


def source(lineage: Sequence[Job]) -> tuple[str, RevisionMode] | None:
    """The key of the image that a revision starts from, and its mode; None where it starts from nothing.

    "Again" repeats what its parent did, and so starts from where its parent started.
    """
    for place in range(len(lineage) - 1, 0, -1):
        revision = lineage[place].request.revision
        if revision is None:
            return None
        if revision.mode is not RevisionMode.AGAIN:
            key = _image(lineage[place - 1], revision)
            return (key, revision.mode) if key else None
    return None


def _image(parent: Job, revision: Revision) -> str:
    made = [a.blob for a in parent.result.artifacts if a.kind is ArtifactKind.IMAGE] if parent.result else []
    return made[min(revision.variant, len(made) - 1)] if made else ""


@dataclass(slots=True)
class Easel:
    """The images so far, each checked and stored as it comes."""

    run: Run
    safety: SafetyFilter
    store: ArtifactStore
    _made: list[Artifact] = field(default_factory=list)
    _verdicts: list[Verdict] = field(default_factory=list)
    _preview: str = ""

    def step(self, event: ImageStep) -> None:
        """Show the step if it is time to, and at once if there is a picture of it: those are dear, and few."""
        if not (event.previews or self.run.board.due()):
            return
        if event.previews and self.safety.check_image(event.previews[0], self.run.where).allowed:
            self._preview = self.store.put(event.previews[0], "png")
        self.run.board.put(
            Progress(step=event.step, steps=event.steps, preview=self._preview), now=bool(event.previews)
        )

    def done(self, event: ImageDone) -> None:
        meter = self.run.meter
        meter.usage = replace(meter.usage, images=meter.usage.images + 1)
        verdict = _FLAGGED if event.flagged else self.safety.check_image(event.png, self.run.where)
        self._verdicts.append(verdict)
        if verdict.allowed:
            self._made.append(self._artifact(event))

    def result(self) -> Result:
        if not self._verdicts:
            raise NothingMade
        if not self._made:
            raise Refused(strictest(self._verdicts))
        withheld = ("withheld",) if len(self._made) < len(self._verdicts) else ()
        return Result(tuple(self._made), notices=(*self.run.notices, *withheld))

    def _artifact(self, event: ImageDone) -> Artifact:
        return Artifact(
            kind=ArtifactKind.IMAGE,
            index=len(self._made),
            seed=event.seed,
            blob=self.store.put(event.png, "png"),
            mimetype="image/png",
            width_px=event.width_px,
            height_px=event.height_px,
        )


_FLAGGED = Verdict(
    Action.REFUSE, Stage.OUTPUT, "checkpoint", (Finding(Category.SEXUAL, 1.0, Action.REFUSE, "checkpoint"),)
)
"""The checkpoint's own safety checker blanked the image: the diffusers one knows nothing but nudity."""


def _count(run: Run, usage: ImageUsage) -> None:
    params = {
        name: value
        for name, value in asdict(_params(run)).items()
        if value is not None and name not in ("model", "width_px", "height_px")
    }
    settings = {**params, **dict(usage.settings)}
    run.meter.usage = replace(run.meter.usage, cost_usd=usage.cost_usd, settings=settings)


def _params(run: Run) -> DrawParams:
    params = run.job.request.params
    if not isinstance(params, DrawParams):
        raise TypeError("an image job without image parameters")
    return params
