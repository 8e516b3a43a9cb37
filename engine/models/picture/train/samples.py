"""Draws a sheet of samples from the latest weights: `python -m engine.models.picture.train.samples`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch
from PIL import Image

from engine.models.picture.assembly import GUIDANCE, STEPS, build_pipeline

PROMPTS = (
    "a red apple", "a cat", "a car", "the sun", "a tree", "a house", "a cup of coffee", "a red bicycle",
    "a blue bicycle", "a dog", "puppy", "pizza", "a yellow duck", "a rocket", "a pink heart", "a sunflower",
    "a fish on a blue background", "a green car", "a purple balloon", "a penguin", "a snowman", "a guitar",
    "a birthday cake", "a smiling robot",
)  # fmt: skip
ACROSS = 8


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
    """Write samples.png: PROMPTS in rows of ACROSS."""
    since = time.process_time()
    images = build_pipeline(work)(
        list(PROMPTS),
        num_inference_steps=steps,
        guidance_scale=guidance,
        generator=[torch.Generator("cpu").manual_seed(7) for _ in PROMPTS],
    ).images
    side = images[0].width
    sheet = Image.new("RGB", (ACROSS * side, -(-len(images) // ACROSS) * side), "white")
    for index, image in enumerate(images):
        sheet.paste(image, (index % ACROSS * side, index // ACROSS * side))
    sheet.save(work / "samples.png")
    print(f"{len(images)} samples, {time.process_time() - since:.1f} s", flush=True)


if __name__ == "__main__":
    main()
