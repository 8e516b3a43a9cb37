"""`aigc eval draw` is wired up: it says what it can do, and refuses before it draws where nothing could be written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from bot.cli import aigc

ROOT = Path(__file__).parents[4]
BLIND = {"blind": {"backend": "tests.unit.engine.evals.drawers:blind", "model": "none"}}


def test_it_says_what_it_can_do() -> None:
    result = CliRunner().invoke(aigc, ["eval", "draw", "--help"])
    assert result.exit_code == 0
    for option in ("--model", "--quick", "--markdown", "--json", "--sheet"):
        assert option in result.output


@pytest.mark.parametrize("option", ["--json", "--sheet"])
def test_a_folder_that_is_missing_is_said_at_once(option: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(aigc, ["eval", "draw", option, str(tmp_path / "nowhere" / "file.png")])
    assert result.exit_code == 1
    assert "There is no folder" in result.output


def test_an_unknown_model_is_said() -> None:
    result = CliRunner().invoke(aigc, ["eval", "draw", "--quick", "--model", "nonsense"])
    assert result.exit_code == 1
    assert "nonsense" in result.output


@pytest.mark.heavy
def test_tables_figures_and_sheet(tmp_path: Path) -> None:
    figures, sheet = tmp_path / "figures.json", tmp_path / "sheet.webp"
    options = ["--quick", "--markdown", "--model", "blind", "--json", str(figures), "--sheet", str(sheet)]
    environment = {"AIGC_IMAGE_MODELS": json.dumps(BLIND), "PYTHONPATH": str(ROOT)}
    result = CliRunner().invoke(aigc, ["eval", "draw", *options], env=environment)
    assert result.exit_code == 0, result.output
    assert "| trained, English | 80 | " in result.stdout
    assert "60%: missed" in result.stdout
    assert "unseen, Chinese: 10 of 10" in result.stderr
    assert [cost["steps"] for cost in json.loads(figures.read_text(encoding="utf-8"))["costs"]] == [4, 8, 20]
    with Image.open(sheet) as image:
        assert image.size == (8 * 64, 6 * 64)
