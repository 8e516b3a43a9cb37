"""Images from a local diffusers pipeline: any text-to-image checkpoint, by hub name or folder.

Source: huggingface.co/docs/diffusers, AutoPipelineForText2Image and AutoPipelineForImage2Image.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from engine.backends.diffusers_load import Options, Pipelines, load_pipelines
from engine.backends.diffusers_prompt import fitted
from engine.backends.diffusers_run import Order, Shape, fitted_image, opened_image, run, shape_of
from engine.backends.waiting import next_event
from engine.batching import GroupBatcher
from engine.device import set_threads
from engine.domain.task import ImageEvent, ImageTask, ImageUsage
from engine.errors import EngineError, ModelCorrupt
from engine.ports import Canceled
from engine.settings import EngineSettings, ModelSpec

log = logging.getLogger(__name__)

LINGER_S = 0.03
"""How long a first image waits for others to share its run: next to nothing beside what drawing takes."""


class DiffusersImage:
    """One checkpoint. Jobs of equal shape that wait at the same time are drawn in one batch."""

    supports_init_image = True

    def __init__(
        self,
        name: str,
        find: Callable[[], str],
        options: Options,
        settings: EngineSettings,
    ) -> None:
        """`find` gives the checkpoint's hub name or folder, making it first if need be."""
        self.name = name
        self.options = options
        self._find = find
        self._settings = settings
        self._pipelines: Pipelines | None = None
        self._batcher: GroupBatcher[Shape, Order] | None = None

    @classmethod
    def from_spec(cls, name: str, spec: ModelSpec, settings: EngineSettings) -> DiffusersImage:
        """The embedded model, or any checkpoint; loads nothing yet."""
        if spec.model == "embedded":
            from engine.models import picture

            options = Options.model_validate({**picture.OPTIONS, **spec.options})
            target = settings.data_dir / "models" / "picture"
            return cls(name, lambda: str(picture.assemble(target)), options, settings)
        folder = Path(spec.model).expanduser()
        model = str(folder) if folder.is_dir() else spec.model
        return cls(name, lambda: model, Options.model_validate(spec.options), settings)

    def setup(self) -> None:
        """Load the checkpoint. Raises ModelNotFound, ModelCorrupt, OutOfMemory, ConfigurationError."""
        set_threads(self._settings)
        self._pipelines = load_pipelines(self._find(), self.options)
        self.supports_init_image = self._pipelines.edit is not None
        most = self._settings.max_image_batch
        self._batcher = GroupBatcher(self._draw, lambda order: order.task.n, most, self.name, LINGER_S)

    def close(self) -> None:
        if self._batcher is not None:
            self._batcher.close()
        self._pipelines = None

    def generate(self, task: ImageTask, canceled: Canceled) -> Iterator[ImageEvent]:
        """Yield ImageStep, ImageDone and at last ImageUsage. Raises Interrupted, OutOfMemory, ModelCorrupt."""
        pipelines, batcher = self._ready()
        start = opened_image(task.init_image) if task.init_image is not None and pipelines.edit is not None else None
        shape = shape_of(task, pipelines, self.options, start)
        order = Order(task, canceled, fitted_image(start, shape) if start else None)
        batcher.submit(shape, order)
        try:
            while (event := next_event(order.events, canceled)) is not None:
                if isinstance(event, EngineError):
                    raise event
                yield event
        finally:
            order.gone = True
        yield ImageUsage(settings=self._effective(shape, task))

    def _draw(self, shape: Shape, orders: Sequence[Order]) -> None:
        """The batcher's work: one run; an error goes to every order that still waits, the thread lives on."""
        pipelines, _ = self._ready()
        try:
            for order in orders:
                order.check()
            waiting = [order for order in orders if not order.gone]
            # Here and not where the order came in: tokenizers keep the padding of their latest call, so that one thread
            # alone may use them.
            for order in waiting:
                order.task = _in_its_length(order.task, pipelines)
            if waiting:
                run(shape, waiting, pipelines, self.options)
        except EngineError as error:
            for order in orders:
                order.fail(error)
        except Exception as error:  # whatever a checkpoint's code raises must not end the thread
            log.exception("drawing with %s failed", self.name)
            for order in orders:
                order.fail(ModelCorrupt(f"{self.name}: {type(error).__name__}: {error}", model=self.name))

    def _ready(self) -> tuple[Pipelines, GroupBatcher[Shape, Order]]:
        if self._pipelines is None or self._batcher is None:
            raise ModelCorrupt(f"{self.name} is not set up", model=self.name)
        return self._pipelines, self._batcher

    def _effective(self, shape: Shape, task: ImageTask) -> tuple[tuple[str, str | int | float | None], ...]:
        return (
            ("size", f"{shape.out_width_px}x{shape.out_height_px}"),
            ("drawn at", f"{shape.width_px}x{shape.height_px}"),
            ("steps", shape.steps),
            ("guidance", shape.guidance),
            ("strength", shape.strength if shape.edit else None),
            ("scheduler", type(self._ready()[0].draw.scheduler).__name__),
            ("seed", task.seed),
        )


def _in_its_length(task: ImageTask, pipelines: Pipelines) -> ImageTask:
    """No longer than the model reads."""
    prompt, negative = (fitted(text or "", pipelines.draw) for text in (task.prompt, task.negative))
    return replace(task, prompt=prompt, negative=negative or None)
