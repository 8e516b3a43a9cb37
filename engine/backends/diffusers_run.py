"""One forward run of a diffusers pipeline over several orders of equal shape, with previews and cancellation."""

from __future__ import annotations

import io
import queue
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from engine.backends.diffusers_load import Options, Pipelines
from engine.domain.task import ImageDone, ImageEvent, ImageStep, ImageTask
from engine.errors import EngineError, Interrupted, OutOfMemory
from engine.ports import Canceled

MAX_INIT_PIXELS = 25_000_000
PREVIEW_LATENTS = 32
"""Previews decode the latents shrunk to this many a side: 256 pixels for most autoencoders, a fraction of the cost."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What orders must have in common to share a run."""

    width_px: int
    height_px: int
    out_width_px: int
    out_height_px: int
    steps: int
    guidance: float | None
    edit: bool
    strength: float


@dataclass(slots=True)
class Order:
    """One task on its way; its events go to `events`, which ends with None or an error."""

    task: ImageTask
    canceled: Canceled
    events: queue.SimpleQueue[ImageEvent | EngineError | None] = field(default_factory=queue.SimpleQueue)
    gone: bool = False

    def check(self) -> None:
        """Tell a canceled order so, once."""
        if not self.gone and self.canceled():
            self.gone = True
            self.events.put(Interrupted("stopped while drawing"))


def shape_of(task: ImageTask, pipelines: Pipelines, options: Options) -> Shape:
    """The shape that a task is drawn in; sizes in pixels, rounded to what the checkpoint can do."""
    default = options.size_px or pipelines.native_px
    wanted = (task.width_px or default, task.height_px or default)
    limit = options.max_draw_px or max(wanted)
    scale = min(1.0, limit / max(wanted))
    width, height = (max(pipelines.multiple_px, _rounded(side * scale, pipelines.multiple_px)) for side in wanted)
    edit = task.init_image is not None and pipelines.edit is not None
    steps = task.steps or options.steps or 30
    guidance = task.guidance if task.guidance is not None else options.guidance
    return Shape(width, height, *wanted, steps, guidance, edit, task.strength if edit else 0.0)


def run(shape: Shape, orders: Sequence[Order], pipelines: Pipelines, options: Options) -> None:
    """Draw all orders together; on running out of memory once more in halves.

    Raises OutOfMemory when a single order does not fit, and whatever else the pipeline raises.
    """
    import torch

    try:
        _run_once(shape, orders, pipelines, options)
    except (torch.cuda.OutOfMemoryError, MemoryError) as error:
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        left = [order for order in orders if not order.gone]
        if len(left) < 2:
            raise OutOfMemory(f"{shape.width_px}x{shape.height_px} does not fit the memory") from error
        for half in (left[: len(left) // 2], left[len(left) // 2 :]):
            run(shape, half, pipelines, options)


def _run_once(shape: Shape, orders: Sequence[Order], pipelines: Pipelines, options: Options) -> None:
    pipeline = pipelines.edit if shape.edit and pipelines.edit is not None else pipelines.draw
    known = pipelines.edit_arguments if shape.edit else pipelines.draw_arguments
    arguments = _arguments(shape, orders, pipelines, options)
    watch = _Watch(pipeline, orders, shape)
    result = pipeline(
        **{name: value for name, value in arguments.items() if name in known},
        callback_on_step_end=watch,
        callback_on_step_end_tensor_inputs=["latents"],
    )
    _hand_out(result, shape, orders)


def _arguments(shape: Shape, orders: Sequence[Order], pipelines: Pipelines, options: Options) -> dict[str, Any]:
    import torch

    tasks = [order.task for order in orders for _ in range(order.task.n)]
    seeds = [order.task.seed + index for order in orders for index in range(order.task.n)]
    arguments: dict[str, Any] = {
        "prompt": [task.prompt for task in tasks],
        "negative_prompt": [task.negative or options.negative for task in tasks],
        "num_inference_steps": shape.steps,
        # Noise comes from the CPU's generator, so that a seed gives the same picture on every device.
        "generator": [torch.Generator("cpu").manual_seed(seed % 2**63) for seed in seeds],
        "width": shape.width_px,
        "height": shape.height_px,
        "output_type": "pil",
    }
    if shape.guidance is not None:
        arguments["guidance_scale"] = shape.guidance
    if shape.edit:
        size = (shape.width_px, shape.height_px)
        starts = {id(order): _start(order.task.init_image or b"", size) for order in orders}
        arguments["image"] = [starts[id(order)] for order in orders for _ in range(order.task.n)]
        arguments["strength"] = shape.strength
        del arguments["width"], arguments["height"]
    return arguments


def _start(data: bytes, size: tuple[int, int]) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "WEBP"]) as image:
        if image.width * image.height > MAX_INIT_PIXELS:
            raise OutOfMemory(f"starting image of {image.width}x{image.height} is too large")
        return image.convert("RGB").resize(size, Image.Resampling.LANCZOS)


@dataclass(slots=True)
class _Watch:
    """The pipeline's callback: reports each step, stops the run when nobody waits for it any more."""

    pipeline: Any
    orders: Sequence[Order]
    shape: Shape
    step: int = 0

    def __call__(self, pipeline: Any, index: int, timestep: Any, values: dict[str, Any]) -> dict[str, Any]:
        self.step += 1
        total = int(getattr(self.pipeline, "num_timesteps", self.shape.steps))
        for order in self.orders:
            order.check()
        if all(order.gone for order in self.orders):
            self.pipeline._interrupt = True
            return values
        show = self.step in {total // 2, total * 3 // 4} and self.step < total
        previews = _previews(self.pipeline, values["latents"]) if show else []
        at = 0
        for order in self.orders:
            mine = tuple(previews[at : at + order.task.n])
            at += order.task.n
            if not order.gone:
                order.events.put(ImageStep(self.step, total, mine))
        return values


def _previews(pipeline: Any, latents: Any) -> list[bytes]:
    """Small PNG images of unfinished latents, shape (images, channels, height, width); none for packed latents."""
    import torch

    vae = getattr(pipeline, "vae", None)
    if vae is None or latents.ndim != 4:
        return []
    with torch.no_grad():
        side = max(latents.shape[-2:])
        if side > PREVIEW_LATENTS:
            latents = torch.nn.functional.interpolate(latents.float(), scale_factor=PREVIEW_LATENTS / side, mode="area")
        scaled = latents / vae.config.scaling_factor + (getattr(vae.config, "shift_factor", None) or 0.0)
        pixels = vae.decode(scaled.to(vae.dtype), return_dict=False)[0]
    return [_png(image) for image in pipeline.image_processor.postprocess(pixels.float(), output_type="pil")]


def _hand_out(result: Any, shape: Shape, orders: Sequence[Order]) -> None:
    flags = getattr(result, "nsfw_content_detected", None)
    at = 0
    for order in orders:
        for index in range(order.task.n):
            if not order.gone:
                image = _sized(result.images[at], shape)
                flagged = bool(flags[at]) if flags else False
                seed = order.task.seed + index
                order.events.put(ImageDone(index, _png(image), seed, image.width, image.height, flagged))
            at += 1
        if not order.gone:
            order.events.put(None)


def _sized(image: Image.Image, shape: Shape) -> Image.Image:
    wanted = (shape.out_width_px, shape.out_height_px)
    return image if image.size == wanted else image.resize(wanted, Image.Resampling.LANCZOS)


def _png(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def _rounded(side: float, multiple: int) -> int:
    return round(side / multiple) * multiple
