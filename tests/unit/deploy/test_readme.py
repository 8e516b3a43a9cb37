"""The README says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from bot.cli import aigc
from bot.cli.settings import table

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_settings_table_is_the_one_that_the_code_prints() -> None:
    assert "\n".join(table()) in README, "run: python deploy/scripts/readme.py"


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_every_link_into_the_repository_leads_somewhere(target: str) -> None:
    assert target.startswith("https://") or (ROOT / target).exists()


@pytest.mark.parametrize("command", sorted(set(re.findall(r"(?:(?<=bin/)|(?<![/\w@.]))aigc ([a-z]+)", README))))
def test_every_command_exists(command: str) -> None:
    assert aigc.get_command(click.Context(aigc), command) is not None
