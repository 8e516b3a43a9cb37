"""How many jobs there are of each sort: what an operator watches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.domain.job import State
from engine.domain.request import Kind

REPLIES_S = 30 * 86_400.0


@dataclass(frozen=True, slots=True)
class Census:
    """All that is not over, at one moment."""

    jobs: Mapping[tuple[Kind, State], int] = field(default_factory=dict)
    """By kind and state, those that are accepted, running or held; none where there are none."""
    waiting_since: Mapping[Kind, float] = field(default_factory=dict)
    """When the oldest job that no worker has taken was asked for, in seconds since the epoch."""
    undelivered: int = 0
    """Jobs with an outcome that is not shown yet."""
    replies: Mapping[str, int] = field(default_factory=dict)
    """Drafts that agents sent in the last REPLIES_S seconds: "unchanged" or "edited"."""
