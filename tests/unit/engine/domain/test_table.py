"""Tables as people send them, and as they open them again."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.table import MAX_BYTES, MAX_CELL_CHARS, MAX_COLUMNS, MAX_ROWS, Table, csv_file, csv_line, read_table
from engine.errors import TableEmpty, TableTooLarge, TableUnreadable

ROWS = Table(("name", "产品"), (("Ada", "水杯"), ("Ben", "a, b")))


@pytest.mark.parametrize(
    "data",
    [
        'name,产品\nAda,水杯\nBen,"a, b"\n'.encode(),
        '\ufeffname,产品\r\nAda,水杯\r\nBen,"a, b"'.encode(),
        'name;产品\nAda;水杯\n"Ben";a, b\n'.encode(),
        "name\t产品\nAda\t水杯\nBen\ta, b".encode("utf-16"),
        'name,产品\nAda,水杯\nBen,"a, b"\n'.encode("gb18030"),
        'name , 产品,\n\n Ada, 水杯,\n,,\nBen,"a, b"\n'.encode(),
        'name，产品\nAda，水杯\nBen，"a, b"\n'.encode(),
        'na\u200bme,产品\nAda\x07,水杯\nBen,"a, b"\n'.encode(),
    ],
    ids=["plain", "excel", "semicolons", "unicode text", "gb18030", "loose", "full width", "invisible"],
)
def test_every_dialect_is_the_same_table(data: bytes) -> None:
    assert read_table(data) == ROWS


def test_a_cell_may_have_lines_and_the_last_ones_may_be_missing() -> None:
    assert read_table(b'a,b\n"one\ntwo"\n').rows == (("one\ntwo", ""),)


def test_one_column_is_a_table() -> None:
    assert read_table(b"name\nAda\n") == Table(("name",), (("Ada",),))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", TableUnreadable),
        (b"\n \n", TableUnreadable),
        (b"a,a\n1,2\n", TableUnreadable),
        (b"a,,c\n1,2,3\n", TableUnreadable),
        (b"a\n1,2\n", TableUnreadable),
        (b"a\x00b\n1\n", TableUnreadable),
        (b"\xff\xfe\x00", TableUnreadable),
        (b"\x80\xff\xff", TableUnreadable),
        (b"a,b\n", TableEmpty),
        (b"a\n" + b"1\n" * (MAX_ROWS + 1), TableTooLarge),
        (b"a\n" + b"1" * (MAX_CELL_CHARS + 1), TableTooLarge),
        (",".join(f"c{n}" for n in range(MAX_COLUMNS + 1)).encode() + b"\n1\n", TableTooLarge),
        (b"a" * (MAX_BYTES + 1), TableTooLarge),
    ],
    ids=lambda given: given.__name__ if isinstance(given, type) else f"{given[:20]!r} {len(given)} bytes",
)
def test_what_is_no_table_or_too_much_is_told_apart(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_table(data)


def test_what_is_all_one_long_line_is_no_table() -> None:
    limit = csv.field_size_limit(1_000)  # which others raise for the whole process
    try:
        with pytest.raises(TableUnreadable):
            read_table(b"a" * 1_001)
    finally:
        csv.field_size_limit(limit)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300) | st.text(st.sampled_from('ab,;\t\n"\r，水=\x00 '), max_size=60).map(str.encode))
def test_whatever_comes_is_a_table_or_an_error_of_ours(data: bytes) -> None:
    try:
        table = read_table(data)
    except (TableUnreadable, TableEmpty, TableTooLarge):
        return
    assert all(len(row) == len(table.columns) and any(row) for row in table.rows)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), max_size=4))
def test_nothing_that_is_written_begins_like_a_formula_and_all_of_it_is_there(rows: list[list[str]]) -> None:
    text = csv_file(("a", "b"), rows).decode("utf-8-sig")
    cells = [cell for line in list(csv.reader(io.StringIO(text, newline="")))[1:] for cell in line]
    assert [cell.removeprefix("'") if cell[:2] else cell for cell in cells] == [
        value.removeprefix("'") for row in rows for value in row
    ]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in cells)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\t=1", "＝1", "\n=1"])
def test_a_formula_is_told_as_text(cell: str) -> None:
    assert next(csv.reader(io.StringIO(csv_line([cell]), newline=""))) == [f"'{cell}"]
