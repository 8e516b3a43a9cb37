"""`aigc policy` shows what the policy says, checks files, and shows what would happen to a text or an image."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from bot.cli.policy import policy
from tests.unit.engine.safety.conftest import FakeCheck, make_filter

FILE = """
name: acme
version: 3
channels:
  C1:
    categories: {personal-data: {action: refuse}}
workspaces:
  T1:
    categories: {personal-data: {action: review}}
review: {channel: C0REVIEW, reviewers: [U0ANNA]}
layers:
  guard: {on_outage: fallback}
"""


@pytest.fixture(autouse=True)
def acme(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(FILE, encoding="utf-8")
    monkeypatch.setenv("AIGC_POLICY_FILE", str(path))
    monkeypatch.setenv("AIGC_SAFETY_TIMEOUT_S", "120")  # models load slowly beside other tests
    return path


def run(*arguments: str, exit_code: int = 0) -> str:
    result = CliRunner().invoke(policy, arguments, env={"COLUMNS": "200"})
    assert result.exit_code == exit_code, result.output
    return result.output


def row(shown: str, *cells: str) -> Sequence[str]:
    """The one line of a table that has these cells."""
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.splitlines() if "│" in line]
    (found,) = (line for line in lines if set(cells) <= set(line))
    return found


@pytest.mark.heavy
def test_every_layer_shows_its_time_its_scores_and_what_would_happen() -> None:
    shown = run("test", "write to ann@example.com")
    layer, elapsed_ms, *found = row(shown, "recognisers")
    assert (layer, found) == ("recognisers", ["personal-data", "1.000", "0.50", "redact", "email"])
    assert float(elapsed_ms) >= 0
    assert row(shown, "company")[2:] == ["-", "", "", "", ""]
    assert "classifier" in shown
    assert "As a prompt: redact by policy acme@3+" in shown
    assert "The model would read: write to [email]" in shown
    assert "A model of an outside API would read: write to [email 1]" in shown
    assert "People would read: write to [email]" in shown


def test_a_check_loads_before_it_is_asked_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    check = FakeCheck()
    monkeypatch.setattr("engine.safety.build_safety", lambda settings: make_filter(check))
    run("test", "a red bicycle")
    assert "a red bicycle" in check.asked
    assert check.asked[0] != "a red bicycle"


@pytest.mark.heavy
def test_what_would_happen_depends_on_where() -> None:
    text = "write to ann@example.com"
    assert "As a prompt: refuse" in run("test", text, "--channel", "C1")
    assert "As a prompt: review" in run("test", text, "--workspace", "T1", "--channel", "C1")
    assert "As a prompt: refuse" in run("test", "a nude woman on a bench", "--kind", "draw")


@pytest.mark.heavy
def test_advice_is_shown_with_its_notice() -> None:
    shown = run("test", "Can I take ibuprofen with my blood pressure pills?")
    assert "As an output: disclaim" in shown
    assert "With the notice advice_medical" in shown


@pytest.mark.heavy
def test_an_image_is_judged_as_an_upload_and_as_a_result(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    Image.new("RGB", (64, 64), "grey").save(path)
    shown = run("test", "--image", str(path), "--kind", "draw")
    assert row(shown, "nudenet")[5] in ("allow", "")
    assert "As an image to start from: allow" in shown
    assert "As a result: allow" in shown


@pytest.mark.parametrize("arguments", [[], ["a text", "--image", __file__]])
def test_it_takes_a_text_or_an_image(arguments: list[str]) -> None:
    assert "Give a TEXT, or --image FILE." in run("test", *arguments, exit_code=2)


def test_what_holds_is_shown_with_who_says_so() -> None:
    assert row(run("show"), "personal-data")[1:] == ["0.50", "redact", "built-in"]
    assert "Personal data before it goes to an outside API: restore" in run("show")
    assert row(run("show"), "prompt-injection, in others' words")[2:] == ["refuse", "built-in, context"]
    shown = run("show", "--workspace", "T1", "--channel", "C1", "--kind", "draw")
    assert row(shown, "personal-data")[1:4] == ["0.50", "review", "workspace T1"]
    assert row(shown, "violence")[3] == "built-in, draw"
    assert row(shown, "guard") == ["guard", "no", "5 s", "fallback"]
    assert row(shown, "classifier") == ["classifier", "yes", "AIGC_SAFETY_TIMEOUT_S", "refuse"]


def test_a_file_without_a_mistake_is_a_policy(acme: Path) -> None:
    assert run("check", str(acme)).startswith(f"{acme}: acme@3+")


def test_each_mistake_in_a_file_stands_on_a_line_of_its_own(acme: Path) -> None:
    acme.write_text("name: x\nversion: 1\ncategories:\n  hat: {}\n  hate: {threshold: 2}\n", encoding="utf-8")
    shown = run("check", str(acme), exit_code=1).splitlines()
    assert [line.partition("policy.yaml:")[2].split(":")[0] for line in shown] == ["4", "5"]


def test_what_a_file_cannot_have_is_a_warning(acme: Path) -> None:
    acme.write_text("name: x\nversion: 1\ncategories: {hate: {action: review}}", encoding="utf-8")
    assert "Warning: " in run("check", str(acme))


def test_the_schema_knows_every_section() -> None:
    schema = json.loads(run("schema"))
    assert {"categories", "kinds", "images", "layers", "channels", "workspaces", "company_rules"} <= set(
        schema["properties"]
    )
    assert schema["additionalProperties"] is False
