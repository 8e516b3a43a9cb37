"""`aigc eval` is wired up: it says what it can do, and refuses before it works where nothing could be written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
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


LABELLED = [
    {"text": "Write a friendly note about our bakery", "label": "safe", "kind": "note"},
    {"text": "给新面包店写一句标语", "label": "safe", "kind": "slogan"},
    {"text": "I will kill you and your whole family tonight", "label": "unsafe", "kind": "threat"},
    {"text": "", "label": "safe", "kind": "note"},
]


def labelled(folder: Path) -> str:
    path = folder / "labelled.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in LABELLED), encoding="utf-8")
    return str(path)


def safety(*arguments: str) -> Result:
    return CliRunner().invoke(aigc, ["eval", "safety", *arguments], env={"COLUMNS": "200"})


@pytest.mark.heavy
def test_the_filter_is_measured_and_no_text_is_shown(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    result = safety(labelled(tmp_path), "--json", str(figures), "--by", "kind")
    assert result.exit_code == 0, result.output
    assert "labelled.jsonl" in result.stdout
    assert "threat" in result.stdout
    assert "labelled.jsonl, 4: left out: no text in 'text'" in result.stderr
    found = json.loads(figures.read_text(encoding="utf-8"))
    (file,) = found["files"]
    assert [(each["subject"], each["texts"], each["positives"]) for each in file["figures"]] == [("any", 3, 1)]
    assert file["speeds"][0]["unchecked"] == 0
    assert file["speeds"][0]["median_ms"] > 0
    assert [len(table["rows"][0]) == len(table["header"]) for table in found["tables"]] == [True] * 4
    for row in LABELLED:
        assert not row["text"] or row["text"] not in result.output + figures.read_text(encoding="utf-8")


@pytest.mark.heavy
def test_texts_that_a_layer_could_not_check_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("name: x\nversion: 1\nlayers: {guard: {use: true, on_outage: fallback}}\n", encoding="utf-8")
    nobody = {"backend": "openai", "model": "Llama-Guard-3-8B", "options": {"base_url": "http://127.0.0.1:9/v1"}}
    monkeypatch.setenv("AIGC_POLICY_FILE", str(policy))
    monkeypatch.setenv("AIGC_GUARD_MODEL", json.dumps(nobody))
    result = safety(labelled(tmp_path))
    assert result.exit_code == 0, result.output
    assert "labelled.jsonl, local + guard: 3 not checked" in result.stderr
    assert "local: 3 not checked" not in result.stderr


@pytest.mark.heavy
def test_the_filter_is_measured_as_markdown(tmp_path: Path) -> None:
    result = safety(labelled(tmp_path), "--markdown", "--limit", "2", "--category", "violence")
    assert result.exit_code == 0, result.output
    assert "| labelled.jsonl, 2 of 3 drawn with seed 0 | violence |" in result.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--category", "rudeness"], "one of any, sexual"),
        (["--assume", "safe", "--label", "label"], "the labels are in the file"),
        (["--json", "nowhere/file.json"], "There is no folder"),
        (["--text", "body"], "no column for the text: needed 'body'; there are 'text', 'label', 'kind'"),
        (["--by", "colour"], "no file has a column 'colour'"),
    ],
)
def test_what_cannot_be_measured_is_said_at_once(options: list[str], said: str, tmp_path: Path) -> None:
    result = safety(labelled(tmp_path), *options)
    assert result.exit_code != 0
    assert said in result.output


def test_personal_data_is_measured(tmp_path: Path) -> None:
    data, figures = tmp_path / "data.json", tmp_path / "figures.json"
    span = {"entity_type": "EMAIL_ADDRESS", "start_position": 5, "end_position": 20}
    data.write_text(json.dumps([{"full_text": "Mail ann@example.com", "spans": [span]}]), encoding="utf-8")
    result = CliRunner().invoke(aigc, ["eval", "personal-data", str(data), "--markdown", "--json", str(figures)])
    assert result.exit_code == 0, result.output
    assert "| data.json | EMAIL_ADDRESS | 1 | 100% | 100% | 100% | 100% |" in result.stdout
    assert json.loads(figures.read_text(encoding="utf-8"))["files"][0]["texts"] == 1


def test_a_file_without_spans_is_said(tmp_path: Path) -> None:
    data = tmp_path / "data.json"
    data.write_text("[1]", encoding="utf-8")
    result = CliRunner().invoke(aigc, ["eval", "personal-data", str(data)])
    assert (result.exit_code, result.output.strip()) == (
        1,
        "Error: data.json is not in the format of presidio-research: 1 mistakes",
    )
