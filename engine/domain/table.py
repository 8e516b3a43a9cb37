"""Tables as people send and open them: CSV in whatever dialect a spreadsheet wrote, and CSV that is safe to open.

Dialects: RFC 4180, and what Excel makes of it where the comma is the decimal point (semicolons) or of "Unicode text"
(tabs, UTF-16). A cell that a spreadsheet would take for a formula begins with an apostrophe on its way out
(owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.errors import TableEmpty, TableTooLarge, TableUnreadable

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 500
MAX_COLUMNS = 30
MAX_CELL_CHARS = 2_000

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SEPARATORS = (",", ";", "\t", "，", "；")


@dataclass(frozen=True, slots=True)
class Table:
    """A head and rows of as many cells; no row is all empty."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_table(data: bytes) -> Table:
    """The table in a CSV file. Raises TableUnreadable, TableTooLarge, TableEmpty."""
    if len(data) > MAX_BYTES:
        raise TableTooLarge(f"a table of {len(data)} bytes")
    text = _decoded(data)
    if "\0" in text:
        raise TableUnreadable("a table with NUL in it")
    lines = _lines(text, _separator(text))
    head = next(lines, [])
    while head and not head[-1]:
        head.pop()
    if not head or len(set(head)) < len(head) or not all(head):
        raise TableUnreadable("a table whose first line does not name its columns, each once")
    if len(head) > MAX_COLUMNS:
        raise TableTooLarge(f"a table of {len(head)} columns")
    rows = tuple(_fitted(cells, len(head), number) for number, cells in enumerate(lines, 2))
    if not rows:
        raise TableEmpty("a table without rows")
    if len(rows) > MAX_ROWS:
        raise TableTooLarge(f"a table of {len(rows)} rows")
    return Table(tuple(head), rows)


def csv_line(values: Iterable[str]) -> str:
    """One line as RFC 4180 has it, safe to open in a spreadsheet."""
    line = io.StringIO()
    csv.writer(line).writerow(f"'{value}" if value.startswith(_FORMULA) else value for value in values)
    return line.getvalue()


def csv_file(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a byte order mark: without it Excel takes Chinese for something else."""
    return codecs.BOM_UTF8 + "".join(map(csv_line, (columns, *rows))).encode()


def _decoded(data: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, or GB 18030, which Chinese Windows writes."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "gb18030"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableUnreadable("a table in an encoding that is not known")


def _separator(text: str) -> str:
    """The one that takes the head into most parts; the first of equals. Raises TableUnreadable."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=lambda separator: len(_cells(head, separator)))


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error as error:  # a file that is all one line, most likely no table at all
        raise TableUnreadable(f"no CSV: {type(error).__name__}") from error


def _lines(text: str, separator: str) -> Iterator[list[str]]:
    """Cells without spaces around them, lines that are all empty left out. Raises TableUnreadable, TableTooLarge."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        for cells in reader:
            cleaned = [_clean(cell) for cell in cells]
            if any(cleaned):
                yield cleaned
    except csv.Error as error:  # a cell of more than 128 KB, or a stray carriage return
        raise TableUnreadable(f"no CSV: {type(error).__name__}") from error


def _clean(cell: str) -> str:
    """Without what shows nothing, but for line breaks."""
    kept = (char for char in cell if char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    return "".join(kept).strip()


def _fitted(cells: list[str], columns: int, number: int) -> tuple[str, ...]:
    """As many cells as there are columns: what Excel leaves out at the end is empty."""
    if any(cells[columns:]):
        raise TableUnreadable(f"row {number} has more cells than there are columns")
    longest = max(map(len, cells))
    if longest > MAX_CELL_CHARS:
        raise TableTooLarge(f"row {number} has a cell of {longest} characters")
    return tuple((cells + [""] * columns)[:columns])
