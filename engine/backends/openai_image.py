"""Images through the OpenAI API: generate, or edit when there is an image to start from.

Source: platform.openai.com/docs/api-reference/images.
"""

from __future__ import annotations

import base64
import io
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import openai
from PIL import Image

from engine.backends.openai_client import ClientOptions, connector, listen, translated_errors
from engine.domain.task import ImageDone, ImageEvent, ImageStep, ImageTask, ImageUsage
from engine.errors import BackendRejected, BackendUnavailable
from engine.ports import Canceled
from engine.settings import EngineSettings, ModelSpec

SIZES = ((1024, 1024), (1536, 1024), (1024, 1536))
"""What all current image models draw, in pixels; other sizes are drawn in the nearest shape."""


class Options(ClientOptions):
    """Options of an image model of backend openai."""

    quality: str = "auto"
    """"low", "medium", "high" or "auto"."""
    partial_images: int = 2
    """Previews asked for while one image is drawn; 0 where the server cannot stream."""
    usd_per_image: float | None = None
    """What one image costs, where tokens have no price."""


@dataclass(frozen=True, slots=True)
class OpenAIImage:
    """One image model of the API."""

    name: str
    model: str
    options: Options
    connect: Callable[[], openai.AsyncOpenAI]
    supports_init_image: bool = True

    @classmethod
    def from_spec(cls, name: str, spec: ModelSpec, settings: EngineSettings) -> OpenAIImage:
        """Raises ConfigurationError without a key; opens no connection."""
        options = Options.model_validate(spec.options)
        return cls(name, spec.model, options, connector(options, settings, spec))

    def setup(self) -> None:
        """Nothing to load."""

    def close(self) -> None:
        """Nothing to let go: each call has a client of its own."""

    def generate(self, task: ImageTask, canceled: Canceled) -> Iterator[ImageEvent]:
        """Draw all images in one call; one image alone is streamed with previews."""
        yield from listen([self._one(task)], canceled)

    async def _one(self, task: ImageTask) -> AsyncIterator[ImageEvent]:
        with translated_errors(self.name):
            async with self.connect() as client:
                draw = self._streamed if task.n == 1 and self.options.partial_images else self._at_once
                async for event in draw(client, task):
                    yield event

    async def _streamed(self, client: openai.AsyncOpenAI, task: ImageTask) -> AsyncIterator[ImageEvent]:
        steps = self.options.partial_images + 1
        async with await self._call(client, task, stream=True, partial_images=steps - 1) as stream:
            async for event in stream:
                if event.type.endswith("partial_image"):
                    yield ImageStep(event.partial_image_index + 1, steps, (_png(event.b64_json),))
                elif event.type.endswith("completed"):
                    yield _done(0, event.b64_json, task.seed)
                    yield self._usage(task, event.usage)
                    return
        raise BackendUnavailable(f"{self.name}: the stream ended without an image", model=self.name)

    async def _at_once(self, client: openai.AsyncOpenAI, task: ImageTask) -> AsyncIterator[ImageEvent]:
        answer = await self._call(client, task)
        images = [image.b64_json for image in answer.data or [] if image.b64_json]
        if not images:
            raise BackendRejected(f"{self.name}: the answer has no image", model=self.name, reason="no_image")
        for index, data in enumerate(images):
            yield _done(index, data, task.seed)
        yield self._usage(task, answer.usage)

    async def _call(self, client: openai.AsyncOpenAI, task: ImageTask, **arguments: Any) -> Any:
        width, height = _size(task)
        prompt = f"{task.prompt}. Avoid: {task.negative}" if task.negative else task.prompt
        arguments |= {
            "model": self.model,
            "prompt": prompt,
            "n": task.n,
            "size": f"{width}x{height}",
            "quality": self.options.quality,
        }
        if task.init_image is not None:
            return await client.images.edit(image=("start.png", _as_png(task.init_image), "image/png"), **arguments)
        return await client.images.generate(output_format="png", **arguments)

    def _usage(self, task: ImageTask, usage: Any) -> ImageUsage:
        width, height = _size(task)
        cost = self.options.cost_usd(usage.input_tokens, usage.output_tokens) if usage else None
        if cost is None and self.options.usd_per_image is not None:
            cost = task.n * self.options.usd_per_image
        tokens = usage.output_tokens if usage else None
        size = f"{width}x{height}"
        return ImageUsage(cost, (("size", size), ("quality", self.options.quality), ("output_tokens", tokens)))


def _size(task: ImageTask) -> tuple[int, int]:
    """What to ask for: the task's size, else the shape of the image that it starts from."""
    if task.init_image is None or task.width_px or task.height_px:
        return nearest_size(task.width_px, task.height_px)
    with Image.open(io.BytesIO(task.init_image)) as image:
        return nearest_size(*image.size)


def nearest_size(width_px: int | None, height_px: int | None) -> tuple[int, int]:
    """The size of SIZES whose shape is nearest to what was asked, width and height in pixels."""
    if not width_px or not height_px:
        return SIZES[0]
    return min(SIZES, key=lambda size: abs(size[0] / size[1] - width_px / height_px))


def _done(index: int, data: str, seed: int) -> ImageDone:
    png = _png(data)
    with Image.open(io.BytesIO(png)) as image:
        width, height = image.size
    return ImageDone(index, png, seed + index, width, height)


def _png(data: str) -> bytes:
    return _as_png(base64.b64decode(data))


def _as_png(data: bytes) -> bytes:
    """PNG bytes of an image in any format the API sends."""
    if data.startswith(b"\x89PNG"):
        return data
    target = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        image.save(target, "PNG")
    return target.getvalue()
