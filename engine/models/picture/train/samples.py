"""Draws the contact sheet from the latest weights: `python -m engine.models.picture.train.samples`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

from engine.models.picture.assembly import GUIDANCE, STEPS, build_pipeline
from engine.models.picture.sheet import PROMPTS, SEED, layout

CHUNK = 8


def main() -> None:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/picture"))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--guidance", type=float, default=GUIDANCE)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    save_sheet(arguments.work, arguments.steps, arguments.guidance)


def save_sheet(work: Path, steps: int = STEPS, guidance: float = GUIDANCE) -> None:
    """Write samples.png from the folders text, unet and vae in `work`."""
    since = time.process_time()
    pipeline = build_pipeline(work)
    images = []
    for at in range(0, len(PROMPTS), CHUNK):
        prompts = list(PROMPTS[at : at + CHUNK])
        generators = [torch.Generator("cpu").manual_seed(SEED) for _ in prompts]
        images += pipeline(prompts, num_inference_steps=steps, guidance_scale=guidance, generator=generators).images
    layout(images).save(work / "samples.png")
    print(f"{len(images)} samples, {time.process_time() - since:.1f} s", flush=True)


if __name__ == "__main__":
    main()
