"""What people and models used, summed up for whoever runs the app."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class By(StrEnum):
    """What usage is summed up by."""

    USER = "user"
    CHANNEL = "channel"
    MODEL = "model"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class UsageSum:
    """What one group of jobs took."""

    group: tuple[str, ...]
    """Workspace and user, workspace and channel, model and backend, or when a day began, in seconds."""
    jobs: int
    succeeded: int
    prompt_tokens: int
    completion_tokens: int
    images: int
    run_s: float
    cost_usd: float | None
    """In US dollars; None where no model had a price."""
