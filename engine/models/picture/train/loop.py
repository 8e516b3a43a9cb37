"""The training loop of the autoencoders: so many pictures, at a rate that rises shortly and falls in a line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from engine.models.picture.train.run_state import RunState

WARM_UP_STEPS = 100
LOG_EVERY, SAVE_EVERY = 50, 300
"""Steps."""

Losses = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Loop:
    """What is trained, how fast, and how many pictures to a step."""

    model: Any
    optimizer: torch.optim.Optimizer
    state: RunState
    rate: float
    batch: int

    def run(self, limit: int, losses: Callable[[np.random.Generator], Losses], save: Callable[[], None]) -> None:
        """Step down the sum of what `losses` gives until `limit` pictures were seen in all; log and save on the way."""
        randomly = np.random.default_rng(self.state.step)
        running: dict[str, float] = {}
        while self.state.images < limit:
            found = self._step(losses(randomly), self.state.images / limit)
            running = {name: 0.98 * running.get(name, value) + 0.02 * value for name, value in found.items()}
            if self.state.step % LOG_EVERY == 0:
                figures = " ".join(f"{name} {value:.4f}" for name, value in running.items())
                print(f"step {self.state.step} seconds {self.state.seconds():.0f} {figures}", flush=True)
            if self.state.step % SAVE_EVERY == 0:
                self.state.save()
                save()
        self.state.save()
        save()

    def _step(self, found: Losses, done: float) -> dict[str, float]:
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate * min(1.0, (self.state.step + 1) / WARM_UP_STEPS) * max(0.02, 1 - done)
        self.optimizer.zero_grad()
        torch.stack(list(found.values())).sum().backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.state.step += 1
        self.state.images += self.batch
        return {name: float(loss.detach()) for name, loss in found.items()}
