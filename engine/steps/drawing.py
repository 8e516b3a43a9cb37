"""Draws: previews and images are cleared one by one before anyone sees them, and labelled before they are stored."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace

from engine.domain.prompt import image_prompt
from engine.domain.provenance import Making
from engine.domain.request import DrawParams
from engine.domain.result import HELD_BACK, Artifact, ArtifactKind, Progress, Result
from engine.domain.safety import Action, Category, Finding, Stage, Verdict
from engine.domain.task import ImageDone, ImageStep, ImageTask, ImageUsage
from engine.ports import ArtifactStore, ImageBackend, Labeller, SafetyFilter
from engine.steps.run import NothingMade, Refused, Run, strictest
from engine.steps.shielding import shield_image
from engine.steps.starting import sources, with_start
from engine.steps.watch import followed


def draw(run: Run, backend: ImageBackend, safety: SafetyFilter, labeller: Labeller, artifacts: ArtifactStore) -> Result:
    """All images that passed the check or may be held.

    Raises Refused if none did, NothingMade, Interrupted and EngineError.

    What it took is on the run's meter, however it ends.
    """
    _count(run, ImageUsage())
    run, task = shield_image(run, image_task(run), safety)
    run, task = with_start(run, task, backend, safety, artifacts)
    easel = Easel(run, safety, labeller, artifacts, task.prompt, sources(run, task, artifacts))
    for event in followed(lambda: backend.generate(task, run.canceled), run.silence):
        match event:
            case ImageStep():
                easel.step(event)
            case ImageDone():
                easel.done(event)
            case ImageUsage():
                _count(run, event)
    return easel.result()


def image_task(run: Run) -> ImageTask:
    """What is asked of the backend, without an image to start from."""
    params = _params(run)
    newest = run.told[-1].request.params
    return ImageTask(
        prompt=image_prompt(run.told),
        n=params.n,
        seed=params.seed,
        width_px=params.width_px,
        height_px=params.height_px,
        steps=params.steps,
        guidance=params.guidance,
        negative=newest.negative if isinstance(newest, DrawParams) else None,
    )


@dataclass(slots=True)
class Easel:
    """The images so far, each checked, labelled and stored as it comes."""

    run: Run
    safety: SafetyFilter
    labeller: Labeller
    store: ArtifactStore
    prompt: str
    sources: tuple[bytes, ...]
    _made: list[Artifact] = field(default_factory=list)
    _verdicts: list[Verdict] = field(default_factory=list)
    _preview: str = ""

    def step(self, event: ImageStep) -> None:
        """Show the step if it is time to, and at once if there is a picture of it: those are dear, and few."""
        if not (event.previews or self.run.board.due()):
            return
        shown = event.previews and not self.run.hidden
        if shown and self.safety.check_image(event.previews[0], self.run.where).allowed:
            self._preview = self.store.put(self.labeller.preview(event.previews[0], self._locale), "png")
        self.run.board.put(
            Progress(step=event.step, steps=event.steps, preview="" if self.run.hidden else self._preview),
            now=bool(event.previews),
        )

    def done(self, event: ImageDone) -> None:
        meter = self.run.meter
        meter.usage = replace(meter.usage, images=meter.usage.images + 1)
        verdict = _FLAGGED if event.flagged else self.safety.check_image(event.png, self.run.where)
        self._verdicts.append(verdict)
        if self.run.admit(verdict):
            self._made.append(self._artifact(event))

    def result(self) -> Result:
        if not self._verdicts:
            raise NothingMade
        if not self._made:
            raise Refused(strictest(self._verdicts))
        withheld = ("withheld",) if len(self._made) < len(self._verdicts) else ()
        held_back = (HELD_BACK,) if self._preview and self.run.ledger.held else ()
        return Result(tuple(self._made), notices=(*self.run.notices, *held_back, *withheld))

    def _artifact(self, event: ImageDone) -> Artifact:
        labelled = self.labeller.label(event.png, self._making())
        return Artifact(
            kind=ArtifactKind.IMAGE,
            index=len(self._made),
            seed=event.seed,
            blob=self.store.put(labelled.data, "png"),
            mimetype="image/png",
            width_px=event.width_px,
            height_px=event.height_px,
            unmarked=self.store.put(event.png, "png") if labelled.marked else "",
            fingerprint=labelled.fingerprint,
        )

    def _making(self) -> Making:
        usage = self.run.meter.usage
        return Making(
            job_id=self.run.job.id,
            index=len(self._made),
            locale=self._locale,
            model=usage.model,
            backend=usage.backend,
            prompt=self.prompt,
            sources=self.sources,
        )

    @property
    def _locale(self) -> str:
        return self.run.job.origin.locale


_FLAGGED = Verdict(
    Action.REFUSE, Stage.OUTPUT, "checkpoint", (Finding(Category.SEXUAL, 1.0, Action.REFUSE, "checkpoint"),)
)
"""The checkpoint's own safety checker blanked the image: the diffusers one knows nothing but nudity."""


def _count(run: Run, usage: ImageUsage) -> None:
    params = {
        name: value
        for name, value in asdict(_params(run)).items()
        if value is not None and name not in ("model", "width_px", "height_px", "init_image")
    }
    settings = {**params, **dict(usage.settings)}
    run.meter.usage = replace(run.meter.usage, cost_usd=usage.cost_usd, settings=settings)


def _params(run: Run) -> DrawParams:
    params = run.job.request.params
    if not isinstance(params, DrawParams):
        raise TypeError("an image job without image parameters")
    return params
