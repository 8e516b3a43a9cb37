"""The README says what the code does."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

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


SCRIPT = runpy.run_path(str(ROOT / "deploy/scripts/readme.py"))
MARKED = "before\n<!-- eval-safety -->\nold\n<!-- /eval-safety -->\n<!-- eval-draw -->\n<!-- /eval-draw -->\nafter\n"


def evaluated(command: str, *rows: list[str]) -> dict[str, Any]:
    return {"command": command, "tables": [{"header": ["file", "AUPRC"], "rows": list(rows)}]}


def test_figures_of_several_safety_evaluations_become_one_table() -> None:
    found = [
        evaluated("eval safety", ["a", "0.9"]),
        evaluated("", ["cat", "1"]),
        evaluated("eval safety", ["b", "0.8"]),
    ]
    assert SCRIPT["written"](MARKED, found) == (
        "before\n<!-- eval-safety -->\n| file | AUPRC |\n|---|---|\n| a | 0.9 |\n| b | 0.8 |\n<!-- /eval-safety -->\n"
        "<!-- eval-draw -->\n| file | AUPRC |\n|---|---|\n| cat | 1 |\n<!-- /eval-draw -->\nafter\n"
    )


def test_figures_of_replies_have_a_place_of_their_own() -> None:
    marked = f"<!-- replies -->\n<!-- /replies -->\n{MARKED}"
    written = SCRIPT["written"](marked, [evaluated("eval replies", ["hybrid", "1.00"])])
    assert written == f"<!-- replies -->\n| file | AUPRC |\n|---|---|\n| hybrid | 1.00 |\n<!-- /replies -->\n{MARKED}"


def test_figures_of_campaigns_and_of_a_load_have_places_of_their_own() -> None:
    campaign = {
        **{"database": "sqlite", "seed": 1, "jobs": 200, "faults": 25},
        **{"lost": [], "duplicated": ["a"], "unfiltered": [], "mistaken": []},
        "recovery_s": {"median": 1.25, "worst": 9.0, "worst_alone": None},
        "faults_by_kind": [{"kind": "bot killed", "times": 3, "median": 1.0, "worst": 2.0, "worst_alone": None}],
    }
    larger = {**campaign, "database": "postgres", "jobs": 5000}
    load = {"benchmark": "load", "name": "acknowledgement", "value": 1.5, "unit": "ms", "target": "", "note": ""}
    places = "<!-- faults -->\n<!-- /faults -->\n<!-- load -->\n<!-- /load -->\n<!-- bench -->\nkept\n<!-- /bench -->\n"
    written = SCRIPT["written"](places, [campaign, larger, [load]])
    assert "| sqlite | 1 | 200 | 25 | 0 | 1 | 0 | 0 | 1.2 s | 9.0 s |  |" in written
    assert "| 5000 jobs on postgres | times |" in written
    assert "| bot killed | 3 | 1.0 s | 2.0 s |  |" in written
    assert "| load | acknowledgement | 1.50 ms |  |  |\n<!-- /load -->\n<!-- bench -->\nkept" in written


def test_without_figures_nothing_changes() -> None:
    assert SCRIPT["written"](MARKED, []) == MARKED


def test_figures_without_a_place_are_not_lost_in_silence() -> None:
    with pytest.raises(SystemExit, match="no marker eval-safety"):
        SCRIPT["written"]("nothing here", [evaluated("eval safety", ["a", "0.9"])])
