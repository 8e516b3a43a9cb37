"""Loads a diffusers pipeline and its image-to-image twin, with errors that say what is wrong."""

from __future__ import annotations

import inspect
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from engine.device import out_of_memory, pick_device, pick_dtype
from engine.errors import ConfigurationError, ModelCorrupt, ModelNotFound, OutOfMemory

log = logging.getLogger(__name__)

DAMAGED = ("corrupt", "header", "unable to load weights", "not a valid json")
"""What diffusers and transformers say in an OSError about files that are there but cannot be read."""


class Options(BaseModel):
    """Options of an image model of backend diffusers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scheduler: str = ""
    """A diffusers scheduler class, e.g. "DPMSolverMultistepScheduler"; empty: the checkpoint's own."""
    dtype: str = ""
    """"float16", "bfloat16" or "float32"; empty: float16 on a GPU, float32 on a CPU."""
    device: str = ""
    steps: int | None = None
    guidance: float | None = None
    size_px: int | None = None
    """Side of the square drawn when no size is asked for; empty: the checkpoint's own."""
    max_draw_px: int | None = None
    """Longest side that the model draws well; larger sizes are drawn smaller and enlarged."""
    negative: str = ""
    lora: str = ""
    """A LoRA to load over the checkpoint: hub name or folder."""
    variant: str | None = None
    """Which files of the checkpoint, e.g. "fp16"."""
    preview_after_s: float = 2.0
    """Unfinished images are shown of runs that last longer than this: decoding them costs time."""
    offload: bool = False
    """Keep only the part that works on the GPU: slower, for small GPUs."""


@dataclass(frozen=True, slots=True)
class Pipelines:
    """One checkpoint, ready to draw; `edit` is None where the family has no image-to-image."""

    draw: Any
    edit: Any | None
    device: str
    multiple_px: int
    """Width and height must be multiples of this."""
    native_px: int
    """The side of the square that the checkpoint was trained on."""
    draw_arguments: frozenset[str]
    edit_arguments: frozenset[str]


def load_pipelines(model: str, options: Options) -> Pipelines:
    """Load the checkpoint `model`. Raises ModelNotFound, ModelCorrupt, OutOfMemory, ConfigurationError."""
    from diffusers import AutoPipelineForImage2Image, AutoPipelineForText2Image
    from diffusers.utils import logging as chatter

    chatter.set_verbosity_error()  # its warnings quote prompts, which belong in no log
    device = pick_device(options.device)
    dtype = pick_dtype(device, options.dtype or ("float16" if device.startswith("cuda") else "float32"))
    if looks_like_a_folder(model) and not Path(model).is_dir():
        raise ModelNotFound(f"no folder {model}", model=model)
    if options.lora and looks_like_a_folder(options.lora) and not Path(options.lora).exists():
        raise ModelNotFound(f"no LoRA {options.lora}", model=options.lora)
    kind: Any = AutoPipelineForText2Image  # untyped in diffusers
    try:
        draw = kind.from_pretrained(model, dtype=dtype, variant=options.variant)
        if options.lora:
            draw.load_lora_weights(options.lora)
        draw = _placed(draw, device, options)
    except Exception as error:
        raise _translated(error, model) from error
    draw.set_progress_bar_config(disable=True)
    if options.scheduler:
        draw.scheduler = _scheduler(options.scheduler, draw.scheduler.config)
    try:
        edit = AutoPipelineForImage2Image.from_pipe(draw)
        edit.set_progress_bar_config(disable=True)
    except ValueError:  # from_pipe's answer for a family without image-to-image
        edit = None
        log.info("%s has no image-to-image: revisions draw anew", model)
    return _described(draw, edit, device)


def looks_like_a_folder(model: str) -> bool:
    return model.startswith((".", "/", "~")) or "/" not in model


def _placed(pipeline: Any, device: str, options: Options) -> Any:
    if options.offload and device.startswith("cuda"):
        pipeline.enable_model_cpu_offload(device=device)
        return pipeline
    return pipeline.to(device)


def _scheduler(name: str, config: Any) -> Any:
    import diffusers

    kind = getattr(diffusers, name, None)
    if kind is None or not name.endswith("Scheduler"):
        raise ConfigurationError(f"diffusers has no scheduler {name}", option="scheduler")
    return kind.from_config(config)


def _translated(error: Exception, model: str) -> Exception:
    """Missing files and an unknown hub name are OSErrors; all else that loading raises means damaged files."""
    if out_of_memory(error):
        return OutOfMemory(f"{model} does not fit the memory: {error}", model=model)
    text = f"{model}: {type(error).__name__}: {error}"
    if isinstance(error, OSError) and not any(word in str(error).lower() for word in DAMAGED):
        return ModelNotFound(text, model=model)
    return ModelCorrupt(text, model=model)


def _described(draw: Any, edit: Any | None, device: str) -> Pipelines:
    scale = int(getattr(draw, "vae_scale_factor", 8))
    transformer = getattr(draw, "transformer", None)
    core = getattr(draw, "unet", None) or transformer
    # Transformers read latents in patches, of two a side where the pipeline says nothing else.
    patch = int(getattr(draw, "patch_size", 0) or (2 if transformer else 1))
    sample = getattr(getattr(core, "config", None), "sample_size", None) or 64
    side = int(sample if isinstance(sample, int) else sample[0]) * scale
    return Pipelines(
        draw=draw,
        edit=edit,
        device=device,
        multiple_px=max(8, scale * patch),
        native_px=int(getattr(draw, "default_sample_size", 0) or 0) * scale or side,
        draw_arguments=frozenset(inspect.signature(draw.__call__).parameters),
        edit_arguments=frozenset(inspect.signature(edit.__call__).parameters) if edit else frozenset(),
    )
