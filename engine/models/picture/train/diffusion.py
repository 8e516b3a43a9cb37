"""Trains the denoiser: `python -m engine.models.picture.train.diffusion`, after `data` and `autoencoder`.

Reads latents.npy and scenes.json; writes unet/ (a diffusers UNet2DConditionModel, the running average of the
weights), scheduler/ and sheets of samples. Captions are encoded once, so that a step runs the denoiser alone.
"""

from __future__ import annotations

import argparse
import math
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import DDPMScheduler, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch.nn import functional

from engine.models.picture.assembly import SCHEDULE
from engine.models.picture.train.autoencoder import LATENT_CHANNELS
from engine.models.picture.train.conditions import Conditions
from engine.models.picture.train.run_state import RunState, device
from engine.models.picture.train.samples import save_sheet

RATE = 6e-4
WARM_UP_STEPS = 150
FALLING_FROM = 0.5
"""Part of the time after which the learning rate falls, in a line, to nearly nothing."""
UNCONDITIONAL = 0.1
"""Share of pictures trained with the empty caption, for classifier-free guidance (arXiv 2207.12598)."""
LONGEST_AVERAGE, AVERAGED_EVERY = 0.98, 4
"""What the running average keeps of itself, and the steps between two looks at the weights, which take time."""


@dataclass(slots=True)
class Average:
    """The running average of a model's weights, which draws better than the latest ones."""

    weights: dict[str, torch.Tensor]

    @classmethod
    def of(cls, model: torch.nn.Module) -> Average:
        return cls({name: value.detach().clone() for name, value in model.state_dict().items()})

    def follow(self, model: torch.nn.Module, step: int) -> None:
        """Move towards the model's weights, now and then."""
        if step % AVERAGED_EVERY:
            return
        keep = min(LONGEST_AVERAGE, (1 + step) / (40 + step))
        torch._foreach_lerp_(list(self.weights.values()), list(model.state_dict().values()), 1 - keep)

    def state_dict(self) -> dict[str, torch.Tensor]:
        return self.weights

    def load_state_dict(self, weights: dict[str, torch.Tensor]) -> None:
        self.weights = weights


def main() -> None:
    """Train for the given minutes in all, resuming an interrupted run."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--work", type=Path, default=Path("build/picture"))
    parser.add_argument("--minutes", type=float, default=90.0)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start", type=Path, help="weights to begin with, such as the shipped ones")
    parser.add_argument("--dry-run", action="store_true", help="three steps only")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    model = fresh().to(device()).to(memory_format=torch.channels_last)
    model.set_attn_processor(AttnProcessor())  # the fused kernel's backward pass takes half of a CPU's time
    if arguments.start and not (arguments.work / "diffusion.pt").exists():
        kind: Any = UNet2DConditionModel  # untyped in diffusers
        model.load_state_dict(kind.from_pretrained(arguments.start / "unet").state_dict())
        shutil.copytree(arguments.start / "text", arguments.work / "text", dirs_exist_ok=True)
    average = Average.of(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01, fused=True)
    parts = {"model": model, "average": average, "optimizer": optimizer}
    state = RunState(arguments.work / "diffusion.pt", parts)
    state.resume()
    conditions = Conditions.load(arguments.work)
    latents = torch.from_numpy(np.load(arguments.work / "latents.npy")).to(device())
    trainer = Trainer(model, average, optimizer, state, conditions, latents, arguments.work, arguments.batch)
    trainer.run(arguments.minutes * 60, most_steps=3 if arguments.dry_run else None)


def fresh() -> Any:
    """The untrained model over latents of 16 x 16.

    It attends to the caption at 8 x 8 and 4 x 4; and the caption, pooled, joins the time embedding everywhere, which
    makes it heed captions sooner.
    """
    kind: Any = UNet2DConditionModel  # untyped in diffusers
    return kind(
        sample_size=16,
        in_channels=LATENT_CHANNELS,
        out_channels=LATENT_CHANNELS,
        block_out_channels=(64, 128, 160),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        attention_head_dim=32,
        cross_attention_dim=384,
        addition_embed_type="text",
        addition_embed_type_num_heads=8,
        norm_num_groups=16,
    )


@dataclass(slots=True)
class Trainer:
    """The loop, with what it works on."""

    model: Any
    average: Average
    optimizer: torch.optim.Optimizer
    state: RunState
    conditions: Conditions
    latents: torch.Tensor
    work: Path
    batch: int

    def run(self, limit_s: float, most_steps: int | None) -> None:
        """Train until the time is up; log, save and draw a sheet on the way and at the end."""
        kind: Any = DDPMScheduler  # untyped in diffusers
        noise = kind(**{name: SCHEDULE[name] for name in ("beta_schedule", "prediction_type")})
        randomly = np.random.default_rng(self.state.step)
        running, saved_s = 0.0, self.state.seconds()
        while self.state.seconds() < limit_s and (most_steps is None or self.state.step < most_steps):
            latest = self._step(noise, randomly, self.state.seconds() / limit_s)
            running = 0.99 * running + 0.01 * latest if running else latest
            if self.state.step % 50 == 0:
                seconds = self.state.seconds()
                print(f"step {self.state.step} seconds {seconds:.0f} loss {running:.4f}", flush=True)
            if self.state.seconds() - saved_s > 240:
                saved_s = self.state.seconds()
                self.state.save()
                self._export()
        self.state.save()
        self._export()
        save_sheet(self.work)

    def _step(self, noise: Any, randomly: np.random.Generator, done: float) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = _rate(self.state.step, done)
        chosen, words = self.conditions.draw(self.batch, UNCONDITIONAL, randomly)
        clean = self.latents[chosen].float()
        # One moment in each of as many equal spans: the loss, and so the gradient, jumps less. Noisier ones come more
        # often, since there it is decided what a picture shows.
        spans = (torch.randperm(self.batch) + torch.rand(self.batch)) / self.batch
        times = (spans**0.7 * noise.config.num_train_timesteps).long()
        times = times.clamp(max=noise.config.num_train_timesteps - 1).to(clean.device)
        grain = torch.randn_like(clean)
        noisy = noise.add_noise(clean, grain, times).contiguous(memory_format=torch.channels_last)
        # On CPUs without matrix units, bfloat16 costs a third of the speed.
        with torch.autocast(clean.device.type, torch.bfloat16, enabled=clean.device.type == "cuda"):
            guess = self.model(noisy, times, words.to(clean.device)).sample
        loss = functional.mse_loss(guess.float(), noise.get_velocity(clean, grain, times))
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.state.step += 1
        self.state.images += self.batch
        self.average.follow(self.model, self.state.step)
        return float(loss.detach())

    def _export(self) -> None:
        """Write the averaged weights as a diffusers folder."""
        shown = fresh()
        shown.load_state_dict(self.average.state_dict())
        shown.save_pretrained(self.work / "unet")


def _rate(step: int, done: float) -> float:
    """Learning rate: a short rise, a plateau, a long fall."""
    fall = max(0.02, min(1.0, (1 - done) / (1 - FALLING_FROM)))
    return RATE * min(1.0, (step + 1) / WARM_UP_STEPS) * (fall if math.isfinite(fall) else 1.0)


if __name__ == "__main__":
    main()
