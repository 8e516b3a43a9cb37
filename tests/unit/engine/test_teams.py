"""The teams file: who is in which team, and how a mistake in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.domain.teams import NO_TEAMS
from engine.errors import ConfigurationError
from engine.teams import load_teams

EXAMPLE = Path(__file__).parents[3] / "deploy/policy/teams.example.yaml"


def test_a_user_is_in_the_teams_that_name_them(tmp_path: Path) -> None:
    file = tmp_path / "teams.yaml"
    file.write_text("support: [U0ANNA111, U0BEN2222]\n客服: [U0ANNA111]\n", encoding="utf-8")
    teams = load_teams(file)
    assert teams.of("U0ANNA111") == ("support", "客服")
    assert teams.of("U0BEN2222") == ("support",)
    assert teams.of("U0NOBODY1") == ()


def test_without_a_file_there_are_no_teams() -> None:
    assert load_teams(None) == NO_TEAMS


def test_the_example_can_be_read() -> None:
    assert load_teams(EXAMPLE).of("U0ANNA111") == ("support",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("support:\n  - anna\n", r"teams.yaml:2: support.0"),
        ("team one: [U0ANNA111]\n", r"teams.yaml:1: team one"),
        ("- U0ANNA111\n", r"teams.yaml:1: the file"),
        ("support: [\n", r"teams.yaml:\d: this is not YAML"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_key(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "teams.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=told):
        load_teams(file)


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(ConfigurationError, match=r"teams\.yaml cannot be read"):
        load_teams(Path("/no/such/teams.yaml"))
