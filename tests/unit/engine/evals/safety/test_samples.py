"""Columns are found, labels are read, and what says too little is named without being quoted."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ConfigurationError
from engine.evals.safety.samples import DataFile, Layout, Reading, load

PATH = Path("a.jsonl")


def read(tmp_path: Path, *records: dict[str, Any], reading: Reading | None = None) -> DataFile:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return load(path, reading or Reading())


def labels(tmp_path: Path, record: dict[str, Any], **options: Any) -> dict[str, bool]:
    (sample,) = read(tmp_path, record, reading=Reading(**options)).samples
    return dict(sample.labels)


@pytest.mark.parametrize("column", ["text", "prompt", "TEXT", "test_case", "Prompt"])
def test_the_text_is_found_by_its_name(column: str, tmp_path: Path) -> None:
    (sample,) = read(tmp_path, {column: "bread", "label": 1}).samples
    assert sample.text == "bread"


def test_another_column_can_be_named(tmp_path: Path) -> None:
    record = {"text": "no", "context": "bread", "label": 0, "toxic": 1}
    (sample,) = read(tmp_path, record, reading=Reading(text="context", label="toxic")).samples
    assert (sample.text, sample.labels) == ("bread", {"any": True})


@pytest.mark.parametrize("label", [1, 1.0, True, "1", "true", "unsafe", " Hateful ", "injection"])
def test_labels_that_say_yes(label: object, tmp_path: Path) -> None:
    assert labels(tmp_path, {"text": "x", "label": label}) == {"any": True}


@pytest.mark.parametrize("label", [0, 0.0, False, "0", "safe", "non-hateful", "benign"])
def test_labels_that_say_no(label: object, tmp_path: Path) -> None:
    assert labels(tmp_path, {"text": "x", "label_gold": label}) == {"any": False}


def test_what_says_yes_can_be_named_and_what_it_is_about(tmp_path: Path) -> None:
    options = {"positive": frozenset({"3", "odd"}), "category": "prompt-injection"}
    assert labels(tmp_path, {"text": "x", "label": 3}, **options) == {"prompt-injection": True}
    assert labels(tmp_path, {"text": "x", "label": "Odd"}, **options) == {"prompt-injection": True}
    assert labels(tmp_path, {"text": "x", "label": 1}, **options) == {"prompt-injection": False}


def test_columns_of_categories_say_what_is_known_and_any_follows(tmp_path: Path) -> None:
    assert labels(tmp_path, {"prompt": "x", "S": 0, "V": 1, "H": None}) == {
        "any": True,
        "sexual": False,
        "violence": True,
    }
    assert labels(tmp_path, {"prompt": "x", "hate": "0"}) == {"any": False, "hate": False}


def test_injection_is_not_part_of_any(tmp_path: Path) -> None:
    assert labels(tmp_path, {"text": "x", "prompt-injection": 1}) == {"prompt-injection": True}


def test_a_file_without_labels_can_be_assumed_safe(tmp_path: Path) -> None:
    assert labels(tmp_path, {"text": "x", "label": "whatever"}, assumed=False) == {"any": False}


@pytest.mark.parametrize(
    ("record", "language"),
    [
        ({"text": "bread"}, "en"),
        ({"text": "面包 bread"}, "zh"),
        ({"text": "pain", "lang": "fr"}, "fr"),
        ({"text": "pan", "Language": "es"}, "es"),
        ({"text": "bread", "language": None}, "en"),
    ],
)
def test_the_language_is_read_or_guessed(record: dict[str, Any], language: str, tmp_path: Path) -> None:
    (sample,) = read(tmp_path, {**record, "label": 0}).samples
    assert sample.language == language


def test_a_column_without_a_name_says_nothing(tmp_path: Path) -> None:
    """Tables are often written with the numbers of their rows in front."""
    path = tmp_path / "a.csv"
    path.write_text(",text,label\n7,bread,0\n", encoding="utf-8")
    (sample,) = load(path, Reading()).samples
    assert (sample.text, sample.language, sample.labels) == ("bread", "en", {"any": False})


def test_rows_that_say_too_little_are_named(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        {"text": "bread", "label": 0},
        {"text": "  ", "label": 0},
        {"text": 3, "label": 0},
        {"text": "\ud800", "label": 0},
        {"text": "hidden words", "label": "hidden words"},
        {"text": "bread"},
    )
    assert [problem.line for problem in found.problems] == [2, 3, 4, 5, 6]
    assert "no text" in found.problems[0].reason
    assert "half a character" in found.problems[2].reason
    assert "--positive" in found.problems[3].reason
    assert "no label" in found.problems[4].reason
    assert not any("hidden" in problem.reason for problem in found.problems)
    assert len(found.samples) == 1


def test_what_a_file_lacks_is_said_with_what_it_has() -> None:
    with pytest.raises(ConfigurationError, match=r"needed text, prompt, test_case.*there are 'body', 'label'"):
        Layout.of(PATH, ["body", "label"], Reading())
    with pytest.raises(ConfigurationError, match=r"for the labels.*--assume; there are 'text'"):
        Layout.of(PATH, ["text"], Reading())
    with pytest.raises(ConfigurationError, match="no column 'toxic'; there are 'text', 'label'"):
        Layout.of(PATH, ["text", "label"], Reading(label="toxic"))
    with pytest.raises(ConfigurationError, match="needed 'body'"):
        Layout.of(PATH, ["text", "label"], Reading(text="body"))


def test_a_file_without_a_header_does_not_show_its_first_text() -> None:
    with pytest.raises(ConfigurationError, match="there are '1', 2 that look like text") as error:
        Layout.of(PATH, ["some secret words", "1", "秘密"], Reading())
    assert "secret" not in str(error.value)


def test_a_text_is_never_what_texts_are_told_apart_by() -> None:
    with pytest.raises(ConfigurationError, match="never shown"):
        Layout.of(PATH, ["Text", "label"], Reading(by=("Text",)))


def test_nothing_to_score_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no text to score: 0 read, 1 rows left out"):
        read(tmp_path, {"text": "", "label": 1})


@given(st.sets(st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip), min_size=20, max_size=40))
def test_the_halves_share_nothing_and_miss_nothing(texts: set[str]) -> None:
    from engine.evals.safety.samples import _in_half

    unseen = {text for text in texts if _in_half(text, "unseen")}
    assert {text for text in texts if _in_half(text, "seen")} == texts - unseen
    assert unseen == {text for text in texts if int(hashlib.sha256(text.encode()).hexdigest(), 16) % 2 == 1}


def test_a_limit_draws_the_same_texts_every_time_in_their_order(tmp_path: Path) -> None:
    records = [{"text": f"bread {number}", "label": 0} for number in range(50)]
    found = read(tmp_path, *records, reading=Reading(limit=10))
    numbers = [int(sample.text.split()[1]) for sample in found.samples]
    assert len(numbers) == 10
    assert numbers == sorted(numbers)
    assert found.chosen_from == 50
    assert found.samples == read(tmp_path, *records, reading=Reading(limit=10)).samples


def test_a_text_does_not_stand_in_its_own_description(tmp_path: Path) -> None:
    (sample,) = read(tmp_path, {"text": "hidden words", "label": 0}).samples
    assert "hidden" not in repr(sample)
