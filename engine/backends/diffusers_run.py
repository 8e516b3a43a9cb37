"""One forward run of a diffusers pipeline over several orders of equal shape, with previews and cancellation."""

from __future__ import annotations

import io
import logging
import queue
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, ImageOps

from engine.backends.diffusers_load import Options, Pipelines
from engine.device import out_of_memory
from engine.domain.task import ImageDone, ImageEvent, ImageStep, ImageTask
from engine.errors import EngineError, Interrupted, OutOfMemory, UnsupportedParameter
from engine.ports import Canceled

log = logging.getLogger(__name__)

MAX_INIT_PIXELS = 25_000_000
MOST_LONG = 3.0
"""A longer image to start from is drawn in this shape: what is longer still makes models repeat themselves."""
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
    start: Image.Image | None = None
    """What image-to-image starts from, RGB, of the shape's size."""
    events: queue.SimpleQueue[ImageEvent | EngineError | None] = field(default_factory=queue.SimpleQueue)
    gone: bool = False
    drawn: int = 0

    def check(self) -> None:
        """Tell a canceled order so, once."""
        if not self.gone and self.canceled():
            self.fail(Interrupted("stopped while drawing"))

    def fail(self, error: EngineError) -> None:
        """End with `error`, unless it has ended."""
        if not self.gone:
            self.gone = True
            self.events.put(error)

    def give(self, image: ImageDone) -> None:
        """Hand over one image; the last one ends the order."""
        if not self.gone:
            self.drawn += 1
            self.events.put(image)
            if self.drawn == self.task.n:
                self.events.put(None)


Frame = tuple[Order, int]
"""One image of an order, by its index."""


def shape_of(task: ImageTask, pipelines: Pipelines, options: Options, start: Image.Image | None = None) -> Shape:
    """The shape that a task is drawn in; sizes in pixels, rounded to what the checkpoint can do.

    Without a size of its own it is that of `start`, in as many pixels as the model draws by itself.
    """
    default = options.size_px or pipelines.native_px
    edit = start is not None and pipelines.edit is not None
    wanted = (task.width_px or default, task.height_px or default)
    if start is not None and edit and not (task.width_px or task.height_px):
        wanted = _like(start, default, pipelines.multiple_px)
    limit = options.max_draw_px or max(wanted)
    scale = min(1.0, limit / max(wanted))
    width, height = (max(pipelines.multiple_px, _rounded(side * scale, pipelines.multiple_px)) for side in wanted)
    steps = task.steps or options.steps or 30
    guidance = task.guidance if task.guidance is not None else options.guidance
    # Image-to-image runs only `strength` of the steps, and pipelines refuse to run none.
    strength = min(1.0, max(task.strength, 1 / steps)) if edit else 0.0
    return Shape(width, height, *wanted, steps, guidance, edit, strength)


def _like(start: Image.Image, side_px: int, multiple_px: int) -> tuple[int, int]:
    """A size of the same shape and of about `side_px` squared, at most MOST_LONG times as long as wide."""
    ratio = min(max(start.width / start.height, 1 / MOST_LONG), MOST_LONG)
    return _rounded(side_px * ratio**0.5, multiple_px), _rounded(side_px / ratio**0.5, multiple_px)


def opened_image(data: bytes) -> Image.Image:
    """The image to start from, RGB. Raises UnsupportedParameter where it cannot be read or is huge."""
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "WEBP"]) as image:
            if image.width * image.height > MAX_INIT_PIXELS:
                raise UnsupportedParameter(f"a starting image of {image.width}x{image.height} is too large")
            return image.convert("RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise UnsupportedParameter(f"the starting image cannot be read: {error}") from error


def fitted_image(image: Image.Image, shape: Shape) -> Image.Image:
    """As large as it is drawn; where the shapes differ its edges go, nothing is squeezed."""
    return ImageOps.fit(image, (shape.width_px, shape.height_px), Image.Resampling.LANCZOS)


def run(shape: Shape, orders: Sequence[Order], pipelines: Pipelines, options: Options) -> None:
    """Draw all orders together, in halves where the memory does not hold them all.

    Raises OutOfMemory when a single image does not fit, and whatever else the pipeline raises.
    """
    _run_frames(shape, [(order, index) for order in orders for index in range(order.task.n)], pipelines, options)


def _run_frames(shape: Shape, frames: Sequence[Frame], pipelines: Pipelines, options: Options) -> None:
    import torch

    try:
        _run_once(shape, frames, pipelines, options)
        return
    except (MemoryError, RuntimeError) as error:
        if not out_of_memory(error):
            raise
        reason = str(error)
    # Out of the except block, which would keep the failed run's tensors alive through the traceback.
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    left = [frame for frame in frames if not frame[0].gone]
    if len(left) < 2:
        raise OutOfMemory(f"{shape.width_px}x{shape.height_px} does not fit the memory: {reason}")
    for half in (left[: len(left) // 2], left[len(left) // 2 :]):
        _run_frames(shape, half, pipelines, options)


def _run_once(shape: Shape, frames: Sequence[Frame], pipelines: Pipelines, options: Options) -> None:
    pipeline = pipelines.edit if shape.edit and pipelines.edit is not None else pipelines.draw
    known = pipelines.edit_arguments if shape.edit else pipelines.draw_arguments
    arguments = _arguments(shape, frames, options)
    result = pipeline(**{name: value for name, value in arguments.items() if name in known})
    _hand_out(result, shape, frames)


def _arguments(shape: Shape, frames: Sequence[Frame], options: Options) -> dict[str, Any]:
    """All that any family of pipelines takes."""
    import torch

    arguments: dict[str, Any] = {
        "prompt": [order.task.prompt for order, _ in frames],
        "negative_prompt": [order.task.negative or options.negative for order, _ in frames],
        "width": shape.width_px,
        "height": shape.height_px,
        "num_inference_steps": shape.steps,
        # Noise comes from the CPU's generator, so that a seed gives the same picture on every device.
        "generator": [torch.Generator("cpu").manual_seed(_seed(frame)) for frame in frames],
        "output_type": "pil",
        "callback_on_step_end": _Watch(frames, shape, time.monotonic() + options.preview_after_s),
        "callback_on_step_end_tensor_inputs": ["latents"],
    }
    if shape.guidance is not None:
        arguments["guidance_scale"] = shape.guidance
    if shape.edit:
        arguments["image"] = [order.start for order, _ in frames]
        arguments["strength"] = shape.strength
    return arguments


def _seed(frame: Frame) -> int:
    order, index = frame
    return (order.task.seed + index) % 2**63


@dataclass(slots=True)
class _Watch:
    """The pipeline's callback: reports each step, stops the run when nobody waits for it any more."""

    frames: Sequence[Frame]
    shape: Shape
    quick_until: float
    """Before this moment (time.monotonic) no previews are made."""
    step: int = 0

    def __call__(self, pipeline: Any, index: int, timestep: Any, values: dict[str, Any]) -> dict[str, Any]:
        self.step += 1
        total = int(getattr(pipeline, "num_timesteps", self.shape.steps))
        orders = list({id(order): order for order, _ in self.frames}.values())
        for order in orders:
            order.check()
        if all(order.gone for order in orders):
            pipeline._interrupt = True
            return values
        previews = self._previews(pipeline, values["latents"]) if self._shows(total) else []
        for order in orders:
            # Some pipelines pack their latents, and give no previews.
            mine = [png for (owner, _), png in zip(self.frames, previews, strict=False) if owner is order]
            if not order.gone:
                order.events.put(ImageStep(self.step, total, tuple(mine)))
        return values

    def _shows(self, total: int) -> bool:
        """Twice, once there is something to see, where the run is slow enough for anyone to look."""
        return self.step in {total // 2, total * 3 // 4} - {total} and time.monotonic() >= self.quick_until

    def _previews(self, pipeline: Any, latents: Any) -> list[bytes]:
        try:
            return _previews(pipeline, latents)
        except Exception:  # whatever an autoencoder raises: the images themselves may well succeed
            log.exception("no previews of step %d", self.step)
            return []


def _previews(pipeline: Any, latents: Any) -> list[bytes]:
    """Small PNG images of unfinished latents, shape (images, channels, height, width).

    None for packed latents, and none where float16 is too short for the autoencoder, which would show black: SDXL and
    its kin lengthen it before they decode.
    """
    import torch

    vae = getattr(pipeline, "vae", None)
    if vae is None or latents.ndim != 4:
        return []
    if vae.dtype == torch.float16 and hasattr(pipeline, "upcast_vae") and vae.config.force_upcast:
        return []
    with torch.no_grad():
        side = max(latents.shape[-2:])
        if side > PREVIEW_LATENTS:
            latents = torch.nn.functional.interpolate(latents.float(), scale_factor=PREVIEW_LATENTS / side, mode="area")
        scaled = latents / vae.config.scaling_factor + (getattr(vae.config, "shift_factor", None) or 0.0)
        pixels = vae.decode(scaled.to(vae.dtype), return_dict=False)[0]
    return [_png(image) for image in pipeline.image_processor.postprocess(pixels.float(), output_type="pil")]


def _hand_out(result: Any, shape: Shape, frames: Sequence[Frame]) -> None:
    flags = getattr(result, "nsfw_content_detected", None) or [False] * len(frames)
    for frame, drawn, flagged in zip(frames, result.images, flags, strict=True):
        order, index = frame
        if not order.gone:
            image = _sized(drawn, shape)
            order.give(ImageDone(index, _png(image), _seed(frame), image.width, image.height, bool(flagged)))


def _sized(image: Image.Image, shape: Shape) -> Image.Image:
    wanted = (shape.out_width_px, shape.out_height_px)
    return image if image.size == wanted else image.resize(wanted, Image.Resampling.LANCZOS)


def _png(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def _rounded(side: float, multiple: int) -> int:
    return round(side / multiple) * multiple
