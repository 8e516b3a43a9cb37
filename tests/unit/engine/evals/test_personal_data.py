"""What is found, what is taken for something, and what no pattern can find."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ConfigurationError
from engine.evals.personal_data import read, run, tables


def sample(text: str, **entities: str) -> dict[str, Any]:
    """As presidio-research has it."""
    spans = [
        {"entity_type": kind, "start_position": text.index(value), "end_position": text.index(value) + len(value)}
        for kind, value in entities.items()
    ]
    return {"full_text": text, "masked": "", "spans": spans, "template_id": 1, "metadata": None}


SAMPLES = [
    sample("Mail ann@example.com", EMAIL="ann@example.com"),
    sample("NHS number 943 476 5919 of Ann Lee", HEALTH="943 476 5919", PERSON="Ann Lee"),
    sample("电话13812345678转8", PHONE="13812345678转8"),
    sample("nothing here but 415-555-2671"),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "half.json"
    path.write_text(json.dumps(SAMPLES), encoding="utf-8")
    return path


def quiet(what: str, done: int, total: int) -> None:
    pass


def test_each_kind_of_data_is_counted_for_each_choice_of_checks(file: Path) -> None:
    recall, price = tables(run([file], quiet))
    assert {row[1]: row[2:] for row in recall.rows} == {
        "EMAIL": ("1", "100%", "100%", "100%", "100%"),
        "HEALTH": ("1", "100%", "0%", "100%", "100%"),
        "PERSON": ("1", "0%", "0%", "0%", "0%"),
        "PHONE": ("1", "0%", "100%", "100%", "0%"),
    }
    assert [row[:5] for row in price.rows] == [
        ("half.json", "presidio", "2", "100.0%", "0.0"),
        ("half.json", "own", "3", "66.7%", "25.0"),
        ("half.json", "both", "4", "75.0%", "25.0"),
    ]


def test_the_figures_hold_no_text(file: Path) -> None:
    assert "ann" not in json.dumps([report.to_json() for report in run([file], quiet)])


@pytest.mark.parametrize("content", ["not JSON", '{"a": 1}', '[{"full_text": "secret words"}]'])
def test_a_file_of_another_form_is_said_without_its_text(tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"other\.json is not in the format") as raised:
        read(path)
    assert "secret" not in str(raised.value)
