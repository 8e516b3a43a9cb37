"""What was used, as limits, budgets and reports ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.domain.job import Origin
from engine.domain.limits import Limits, Scope, Spent, Use
from engine.domain.usage import By, UsageSum


class UsageLog(Protocol):
    """What was used, by whom and of which model: one entry per job, written when it was made. Raises StoreUnavailable.

    It is kept in the database and not in Redis, which may lose it: nobody's day begins anew after a restart.
    """

    def use(self, scope: Scope, origin: Origin, since: float) -> Use:
        """What this user, channel or workspace has open, and used since then (epoch seconds)."""

    def spent(self, limits: Limits) -> Spent:
        """What models that cost money cost since the day and the month began that `limits` speak of."""

    def usage_sums(self, by: By, since: float, until: float, days: Sequence[float] = ()) -> list[UsageSum]:
        """Sums over [since, until); `days` are the beginnings of the days to sum up by, for By.DAY."""

    def first_notice(self, name: str) -> bool:
        """True for the first who asks with this name: the one to tell people something once."""

    def forget_notice(self, name: str) -> None:
        """It could not be told after all: the next to ask is the first again."""
