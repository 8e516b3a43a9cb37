"""Draws with a model through the backend that the workers use, many tasks at once, so that its batches fill."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import numpy as np
from PIL import Image

from engine.adapters.backend_registry import BackendRegistry
from engine.domain.task import ImageDone, ImageTask
from engine.ports import ImageBackend
from engine.settings import EngineSettings, ModelSpec

EMBEDDED = "embedded"
"""Names the picture model that comes with the product, whatever the settings name."""
SIDE_PX = 256
TOGETHER = 8
"""Tasks that wait at the same time."""


@contextmanager
def opened(name: str) -> Iterator[ImageBackend]:
    """The image model `name` of the settings, or EMBEDDED, set up. Raises what setting it up raises."""
    settings = EngineSettings()
    specs = {**settings.image_models, EMBEDDED: ModelSpec(backend="diffusers", model="embedded")}
    registry = BackendRegistry(settings.model_copy(update={"image_models": specs}))
    try:
        yield registry.image(name)
    finally:
        registry.close()


def task(prompt: str, seed: int, n: int = 1, steps: int | None = None) -> ImageTask:
    """One order of pictures of SIDE_PX."""
    return ImageTask(prompt, n=n, seed=seed, width_px=SIDE_PX, height_px=SIDE_PX, steps=steps)


def drawn(backend: ImageBackend, tasks: Sequence[ImageTask]) -> Iterator[list[Image.Image]]:
    """The pictures of each task, in the order of the tasks. Raises what drawing raises."""
    with ThreadPoolExecutor(TOGETHER) as pool:
        yield from pool.map(partial(alone, backend), tasks)


def alone(backend: ImageBackend, order: ImageTask) -> list[Image.Image]:
    """The pictures of one task."""
    events = backend.generate(order, lambda: False)
    done = sorted((event for event in events if isinstance(event, ImageDone)), key=lambda event: event.index)
    return [Image.open(io.BytesIO(event.png)).convert("RGB") for event in done]


def difference(backend: ImageBackend, prompts: Sequence[str]) -> int:
    """The most that any pixel of a picture, 0 to 255, changes where it is drawn beside others and not alone."""
    tasks = [task(prompt, seed) for seed, prompt in enumerate(prompts)]
    by_itself = [_pixels(alone(backend, order)) for order in tasks]
    beside = [_pixels(images) for images in drawn(backend, tasks)]
    return max(int(np.abs(one - other).max()) for one, other in zip(by_itself, beside, strict=True))


def _pixels(images: Sequence[Image.Image]) -> np.ndarray:
    return np.stack([np.asarray(image) for image in images]).astype(np.int16)
