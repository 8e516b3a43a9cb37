"""Every format gives the same rows; what is broken is named, and never quoted."""

from __future__ import annotations

import csv
import gzip
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import ConfigurationError
from engine.evals.safety.files import Problem, Row, rows

RECORDS = [{"text": 'a loaf, of "bread"', "label": "1"}, {"text": "两行\n字", "label": "0"}]


def write(path: Path, records: list[dict[str, Any]]) -> Path:
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    match path.suffixes[0]:
        case ".jsonl" | ".ndjson":
            content = lines.encode()
        case ".json":
            content = json.dumps(records).encode()
        case ".csv":
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.DictWriter(file, list(records[0]))
                writer.writeheader()
                writer.writerows(records)
            content = path.read_bytes()
        case _:
            import pyarrow
            import pyarrow.parquet

            pyarrow.parquet.write_table(pyarrow.Table.from_pylist(records), path)
            return path
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize(
    "name", ["a.jsonl", "a.ndjson", "a.json", "a.csv", "a.jsonl.gz", "a.json.gz", "a.csv.gz", "a.parquet", "A.CSV"]
)
def test_every_format_gives_the_same_rows(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / name.lower(), RECORDS).rename(tmp_path / name)
    assert [row.cells for row in rows(path) if isinstance(row, Row)] == RECORDS


words = st.text(st.characters(codec="utf-8"), min_size=1)
records = st.lists(st.fixed_dictionaries({"text": words, "label": words}), min_size=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(records)
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_any_text_comes_back_as_it_was(name: str, tmp_path: Path, records: list[dict[str, str]]) -> None:
    assert [row.cells for row in rows(write(tmp_path / name, records)) if isinstance(row, Row)] == records


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary())
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.csv.gz", "a.parquet"])
def test_no_bytes_break_the_reader(name: str, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with suppress(ConfigurationError):
        assert all(isinstance(row, Row | Problem) for row in rows(path))


@pytest.mark.parametrize(
    ("name", "content", "problems"),
    [
        (
            "a.jsonl",
            b'{"text": "x"}\n\n{"text": \n[1]\n\xff\n',
            [(3, "not JSON"), (4, "not a JSON object"), (5, "not JSON")],
        ),
        ("a.json", b'[{"text": "x"}, 3]', [(2, "not a JSON object")]),
        ("a.csv", b"text,label\nx,1\nx,1,2\n\xff,1\n", [(3, "3 cells, not 2"), (4, "not UTF-8")]),
        ("a.csv", b'text,label\nx,1\n"x" y,1\n', [(3, "not CSV: ',' expected after '\"'")]),
        ("a.csv", b'text,label\nx,1\n"open,1\n', [(3, "not CSV: unexpected end of data")]),
    ],
)
def test_a_broken_row_is_named_and_the_others_are_read(
    name: str, content: bytes, problems: list[tuple[int, str]], tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = list(rows(path))
    assert [(row.line, row.reason) for row in found if isinstance(row, Problem)] == problems
    assert [row.cells["text"] for row in found if isinstance(row, Row)] == ["x"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"x", "unknown format: .jsonl"),
        ("a.parquet.gz", b"x", "unknown format"),
        ("a.json", b"{", "not JSON"),
        ("a.json", b"{}", "not a JSON array"),
        ("a.csv.gz", b"no gzip", "cannot be read"),
        ("a.csv.gz", gzip.compress(b"text,label\n" * 99, mtime=0)[:20], "cannot be read"),
        ("a.parquet", b"PAR1", "not Parquet, or damaged"),
    ],
)
def test_a_broken_file_is_named(name: str, content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=said) as error:
        list(rows(path))
    assert str(path) in str(error.value)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.csv cannot be read"):
        list(rows(tmp_path / "nowhere.csv"))


def test_without_pyarrow_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.parquet", RECORDS)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigurationError, match="pip install 'aigc\\[eval\\]'"):
        list(rows(path))
