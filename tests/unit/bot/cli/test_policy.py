"""`aigc policy test` shows each check's score and what would happen, by kind, workspace and channel."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.policy import policy

FILE = """
name: acme
version: 3
channels:
  C1:
    categories: {personal-data: {action: refuse}}
workspaces:
  T1:
    categories: {personal-data: {action: review}}
"""


@pytest.fixture(autouse=True)
def acme(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(FILE, encoding="utf-8")
    monkeypatch.setenv("AIGC_POLICY_FILE", str(path))


def run(*arguments: str) -> str:
    result = CliRunner().invoke(policy, ["test", *arguments], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.heavy
def test_scores_and_action_are_shown() -> None:
    shown = run("write to ann@example.com")
    assert "recognisers" in shown
    assert "classifier" in shown
    assert "As a prompt: redact by policy acme@3" in shown
    assert "The model would read: write to [email]" in shown


@pytest.mark.heavy
def test_a_channel_has_its_own_rules() -> None:
    assert "As a prompt: refuse" in run("write to ann@example.com", "--channel", "C1")


@pytest.mark.heavy
def test_a_workspace_has_its_own_rules() -> None:
    assert "As a prompt: review" in run("write to ann@example.com", "--workspace", "T1", "--channel", "C1")


@pytest.mark.heavy
def test_a_prompt_for_an_image_is_judged_as_one() -> None:
    assert "As a prompt: refuse" in run("a nude woman on a bench", "--kind", "draw")
