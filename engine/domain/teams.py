"""Who is in which team: for what may be read by a team alone, and for the voice that it writes in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Teams:
    """All teams of an installation, in the file's order."""

    members: Mapping[str, Collection[str]] = field(default_factory=dict)
    """User ids by the team's name."""

    def of(self, user: str) -> tuple[str, ...]:
        """The names of the teams that a user is in."""
        return tuple(name for name, users in self.members.items() if user in users)


NO_TEAMS = Teams()
