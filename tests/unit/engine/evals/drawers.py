"""Picture models that take no time: one draws what is asked for, the other blobs of colour."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from PIL import Image

from engine.domain.task import ImageDone, ImageEvent, ImageStep, ImageTask, ImageUsage
from engine.evals.prompts import Case
from engine.evals.references import blobs, renderings
from engine.ports import Canceled


@dataclass
class Drawer:
    """Draws the pictures that it was given for a prompt, else blobs."""

    pictures: Mapping[str, Sequence[Image.Image]]
    name: str = "drawer"
    supports_init_image: bool = False
    tasks: list[ImageTask] = field(default_factory=list)

    def setup(self) -> None:
        """Nothing to load."""

    def generate(self, task: ImageTask, canceled: Canceled) -> Iterator[ImageEvent]:
        self.tasks.append(task)
        images = self.pictures.get(task.prompt) or blobs(task.n, task.seed)
        yield ImageStep(1, task.steps or 1)
        for index in reversed(range(task.n)):
            image = images[index]
            yield ImageDone(index, _png(image), task.seed + index, image.width, image.height)
        yield ImageUsage()

    def close(self) -> None:
        """Nothing to let go of."""


def perfect(cases: Mapping[str, Sequence[Case]]) -> Drawer:
    """Draws real renderings of what the cases ask for."""
    real = renderings()
    return Drawer({case.prompt: real[case.concept] for group in cases.values() for case in group})


def blind(*_: object) -> Drawer:
    """Draws nothing that is anything; may be named as a backend in settings."""
    return Drawer({})


def _png(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()
