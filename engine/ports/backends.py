"""What makes texts and pictures: the models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from engine.domain.request import Kind
from engine.domain.task import ImageEvent, ImageTask, ModelInfo, TextEvent, TextTask

Canceled = Callable[[], bool]
"""Asked between tokens and between steps; True means: stop and raise Interrupted."""


class TextBackend(Protocol):
    """Writes. Called from many threads at once; batches across them where it can."""

    name: str

    def setup(self) -> None:
        """Load the model; once, in the worker's process. Raises ModelNotFound, ModelCorrupt, OutOfMemory."""

    def generate(self, task: TextTask, canceled: Canceled) -> Iterator[TextEvent]:
        """Yield TextDelta and TextEnd per variant as they come, and one TextUsage at the end."""

    def close(self) -> None:
        """Let go of memory and threads."""


class ImageBackend(Protocol):
    """Draws. Called from many threads at once; batches across them where it can."""

    name: str
    supports_init_image: bool

    def setup(self) -> None:
        """Load the model; once, in the worker's process. Raises ModelNotFound, ModelCorrupt, OutOfMemory."""

    def generate(self, task: ImageTask, canceled: Canceled) -> Iterator[ImageEvent]:
        """Yield an ImageStep at some steps, an ImageDone per image, and one ImageUsage at the end."""

    def close(self) -> None:
        """Let go of memory and threads."""


class Backends(Protocol):
    """The backends by model name, set up on first use; None means the default. Raises ModelNotFound."""

    def text(self, model: str | None) -> TextBackend: ...

    def image(self, model: str | None) -> ImageBackend: ...

    def info(self, kind: Kind, model: str | None) -> ModelInfo: ...
