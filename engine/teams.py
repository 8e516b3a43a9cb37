"""Reads the teams file: names of teams, each with the ids of the users in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import RootModel, StringConstraints

from engine.domain.teams import NO_TEAMS, Teams
from engine.errors import ConfigurationError
from engine.oversight import User
from engine.yaml_file import parse_yaml

Name = Annotated[str, StringConstraints(pattern=r"^[^\s:,]{1,60}$")]
"""A team's, e.g. support or 客服: it stands in a scope, "team:support"."""


class TeamsFile(RootModel[dict[Name, list[User]]]):
    """The file's schema."""

    model_config = {"frozen": True}


def load_teams(path: Path | None) -> Teams:
    """The teams of the file at `path`; none without a file. Raises ConfigurationError that names file, line and key."""
    if path is None:
        return NO_TEAMS
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the teams file {path} cannot be read: {error}") from error
    file = parse_yaml(text, str(path), TeamsFile)
    return Teams({name: frozenset(users) for name, users in file.root.items()})
