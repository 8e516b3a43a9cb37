"""A training run that survives being interrupted: what is needed to go on, saved whole every few minutes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch


def device() -> torch.device:
    """The one GPU, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@dataclass(slots=True)
class RunState:
    """Named parts with `state_dict`, the step reached and the seconds spent so far, in one file."""

    path: Path
    parts: dict[str, Any]
    step: int = 0
    spent_s: float = 0.0
    images: int = 0
    """How many pictures have been trained on, repeats counted."""
    _since: float = field(default_factory=time.monotonic)

    def resume(self) -> None:
        """Go on from the file where it exists."""
        if not self.path.exists():
            return
        saved = torch.load(self.path, map_location=device(), weights_only=True)
        for name, part in self.parts.items():
            part.load_state_dict(saved[name])
        self.step, self.spent_s, self.images = saved["step"], saved["spent_s"], saved["images"]

    def save(self) -> None:
        """Write whole, then rename: a run killed here loses nothing."""
        saved = {name: part.state_dict() for name, part in self.parts.items()}
        fresh = self.path.with_suffix(".tmp")
        torch.save({**saved, "step": self.step, "spent_s": self.seconds(), "images": self.images}, fresh)
        fresh.replace(self.path)

    def seconds(self) -> float:
        """Training time so far, of all sessions."""
        return self.spent_s + time.monotonic() - self._since
