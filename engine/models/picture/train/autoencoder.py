"""Trains the small autoencoder: `python -m engine.models.picture.train.autoencoder`, after `data`.

Reads pictures.npy; writes vae/ (a diffusers AutoencoderTiny), latents.npy, shape (pictures, 4, 16, 16), and a sheet.
Latents are pulled to mean 0 and deviation 1 so that the diffusion model needs no scaling.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderTiny
from PIL import Image
from torch.nn import functional

from engine.models.picture.train.loop import Loop, Losses
from engine.models.picture.train.run_state import RunState, device

BATCH = 24
CROP = 64
LATENT_CHANNELS = 4
WIDTH = 32
NOISE = 0.1
"""Deviation of the noise added to latents, so that near latents decode to near pictures."""


def main() -> None:
    """Train on the given number of crops in all, resuming an interrupted run, then encode every picture."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/picture"))
    parser.add_argument("--images", type=int, default=40_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rate", type=float, default=2e-3, help="the highest learning rate")
    parser.add_argument("--start", type=Path, help="a trained one to begin with")
    parser.add_argument("--dry-run", action="store_true", help="three steps only")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    pictures = np.load(arguments.work / "pictures.npy", mmap_mode="r")
    vae = fresh().to(device()).to(memory_format=torch.channels_last)
    if arguments.start and not (arguments.work / "autoencoder.pt").exists():
        kind: Any = AutoencoderTiny  # untyped in diffusers
        vae.load_state_dict(kind.from_pretrained(arguments.start).state_dict())
    optimizer = torch.optim.AdamW(vae.parameters(), lr=arguments.rate, weight_decay=0.0)
    state = RunState(arguments.work / "autoencoder.pt", {"model": vae, "optimizer": optimizer})
    state.resume()
    limit = 3 * BATCH if arguments.dry_run else arguments.images
    Loop(vae, optimizer, state, arguments.rate, BATCH).run(
        limit,
        lambda randomly: _losses(vae, _batch(pictures, randomly)),
        lambda: sheet(vae, pictures, state.path.with_suffix(".png")),
    )
    vae.save_pretrained(arguments.work / "vae")
    np.save(arguments.work / "latents.npy", encode(vae, pictures))


def fresh() -> Any:
    """The untrained model: 8 times smaller a side, no residual blocks at full size, where they cost most."""
    kind: Any = AutoencoderTiny  # untyped in diffusers
    return kind(
        latent_channels=LATENT_CHANNELS,
        encoder_block_out_channels=(WIDTH,) * 4,
        decoder_block_out_channels=(WIDTH,) * 4,
        num_encoder_blocks=(0, 1, 2, 3),
        num_decoder_blocks=(3, 3, 1, 0),
    )


def _batch(pictures: np.ndarray, randomly: np.random.Generator) -> torch.Tensor:
    """Crops as (BATCH, 3, CROP, CROP) in -1..1; channels shuffled for a third, to know more colours."""
    room = pictures.shape[1] - CROP + 1
    tops, lefts = 8 * (randomly.integers(room, size=(2, BATCH)) // 8)
    which = randomly.integers(len(pictures), size=BATCH)
    crops = [pictures[i, y : y + CROP, x : x + CROP] for i, y, x in zip(which, tops, lefts, strict=True)]
    chosen = np.stack(crops)
    if randomly.random() < 1 / 3:
        chosen = chosen[..., randomly.permutation(3)]
    return _tensor(chosen)


def _tensor(pictures: np.ndarray) -> torch.Tensor:
    """Bytes (pictures, height, width, 3) as (pictures, 3, height, width) in -1..1."""
    pixels = torch.from_numpy(np.array(pictures)).to(device()).permute(0, 3, 1, 2).float() / 127.5 - 1
    return pixels.contiguous(memory_format=torch.channels_last)


def _losses(vae: Any, pixels: torch.Tensor) -> Losses:
    """How far the drawing is off, and a pull of the latents to mean 0, deviation 1."""
    with torch.autocast(pixels.device.type, torch.bfloat16):
        latents = vae.encoder(pixels).float()
        drawn = vae.decoder(latents + NOISE * torch.randn_like(latents)).float()
    mean, deviation = latents.mean(dim=(0, 2, 3)), latents.std(dim=(0, 2, 3))
    pull = mean.square().mean() + (deviation - 1).square().mean()
    return {"drawing": drawing_loss(drawn, pixels), "latents": 0.05 * pull}


def drawing_loss(drawn: torch.Tensor, pixels: torch.Tensor) -> torch.Tensor:
    """Absolute error of pixels and of edges at three sizes."""
    loss = functional.l1_loss(drawn, pixels) + 0.5 * functional.mse_loss(drawn, pixels)
    for size in (1, 2, 4):
        for axis in (2, 3):
            one, two = (functional.avg_pool2d(image, size) for image in (drawn, pixels))
            loss = loss + 0.5 * functional.l1_loss(one.diff(dim=axis), two.diff(dim=axis))
    return loss


@torch.no_grad()
def encode(vae: Any, pictures: np.ndarray) -> np.ndarray:
    """Latents of all pictures, float16."""
    parts = [vae.encoder(_tensor(pictures[at : at + 64])).cpu() for at in range(0, len(pictures), 64)]
    latents = torch.cat(parts)
    print(f"latents: mean {latents.mean(dim=(0, 2, 3))}, deviation {latents.std(dim=(0, 2, 3))}", flush=True)
    return np.asarray(latents.half().contiguous().numpy())


@torch.no_grad()
def sheet(vae: Any, pictures: np.ndarray, target: Path) -> None:
    """Sixteen pictures above what the autoencoder makes of them."""
    pixels = _tensor(pictures[:: max(1, len(pictures) // 16)][:16])
    drawn = vae.decoder(vae.encoder(pixels)).clamp(-1, 1)
    rows = [((row + 1) * 127.5).byte().permute(0, 2, 3, 1).cpu().numpy() for row in (pixels, drawn)]
    Image.fromarray(np.vstack([np.hstack(list(row)) for row in rows])).save(target)


if __name__ == "__main__":
    main()
