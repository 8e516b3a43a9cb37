"""Finds the image that a drawing starts from, and lets one that a person gave no further than the safety filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.domain.job import Job
from engine.domain.request import DrawParams, Revision, RevisionMode
from engine.domain.result import STARTING_IMAGE, STARTING_IMAGE_REFUSED, Artifact, ArtifactKind
from engine.domain.safety import Stage
from engine.domain.task import ImageTask
from engine.errors import ImageNotSupported
from engine.ports import ArtifactStore, ImageBackend, SafetyFilter
from engine.starting_image import normalized
from engine.steps.run import Refused, Run

STRENGTHS = {RevisionMode.VARY: 0.5, RevisionMode.EDIT: 0.75}
"""How far each kind of revision may move from the earlier image."""
GIVEN_STRENGTH = 0.6
"""How far an image may move from one that a person gave: where things are stays, how they look changes."""


@dataclass(frozen=True, slots=True)
class Start:
    """The image that a job starts from."""

    key: str
    """Where the artifact store keeps it, its bytes as they came."""
    strength: float
    given: bool
    """By a person, and checked by nobody yet; else it is an earlier result."""
    unmarked: str = ""
    """Where it is kept without the visible mark, if one was drawn on it: a model would draw it again, and badly."""


def start_of(lineage: Sequence[Job]) -> Start | None:
    """What the last job of `lineage` starts from: an image given with it, or its parent's; None if from nothing.

    "Again" repeats what its parent did, and so starts from where its parent started.
    """
    for place in range(len(lineage) - 1, -1, -1):
        request = lineage[place].request
        revision = request.revision
        if revision is None or revision.own_image:
            given = request.params.init_image if isinstance(request.params, DrawParams) else None
            return Start(given, GIVEN_STRENGTH, given=True) if given else None
        if revision.mode is not RevisionMode.AGAIN:
            image = _image(lineage[place - 1], revision) if place else None
            return Start(image.blob, STRENGTHS[revision.mode], False, image.unmarked) if image else None
    return None


def with_start(
    run: Run, task: ImageTask, backend: ImageBackend, safety: SafetyFilter, artifacts: ArtifactStore
) -> tuple[Run, ImageTask]:
    """`task` with the image to start from, if any; the run then says so where a person gave it.

    Raises ArtifactMissing when it is gone, and for one that a person gave Refused and StartingImageError. An earlier
    result is left out where the model cannot start from one: a revision is then drawn anew.
    """
    start = start_of(run.lineage)
    if start is None or not (start.given or backend.supports_init_image):
        return run, task
    if not backend.supports_init_image:
        raise ImageNotSupported(f"{backend.name} cannot start from an image", model=backend.name)
    image = artifacts.get(start.unmarked or start.key)
    if start.given:
        image = _cleared(run, safety, image)
        run = run.with_lineage(run.lineage, STARTING_IMAGE)
    return run, replace(task, init_image=image, strength=start.strength)


def sources(run: Run, task: ImageTask, artifacts: ArtifactStore) -> tuple[bytes, ...]:
    """The file that `task` starts from, as people know it: what labels it has, the new image keeps as its source's.

    Raises ArtifactMissing.
    """
    start = start_of(run.lineage) if task.init_image is not None else None
    return (artifacts.get(start.key),) if start else ()


def _cleared(run: Run, safety: SafetyFilter, data: bytes) -> bytes:
    """What the model may see. It is checked once the file's tricks are gone: frames, things under an alpha of 0."""
    image = normalized(data)
    verdict = safety.check_image(image, run.where, Stage.PROMPT)
    if not run.admit(verdict):
        raise Refused(verdict, STARTING_IMAGE_REFUSED)
    return image


def _image(parent: Job, revision: Revision) -> Artifact | None:
    made = [a for a in parent.result.artifacts if a.kind is ArtifactKind.IMAGE] if parent.result else []
    return made[min(revision.variant, len(made) - 1)] if made else None
