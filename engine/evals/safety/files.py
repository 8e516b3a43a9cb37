"""Reads the rows of JSON lines, JSON, CSV and Parquet files; the first two and CSV gzipped, too.

A row that cannot be read is handed on as a Problem in its place. No message quotes what stands in a row.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from engine.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Row:
    """One record by its column names; `line` counts lines from 1, or records where the format has no lines."""

    line: int
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that is left out, and why."""

    line: int
    reason: str


Rows = Iterator[Row | Problem]


def rows(path: Path) -> Rows:
    """Raises ConfigurationError for a file that is missing, damaged or of an unknown format."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    zipped = suffixes[-1:] == [".gz"]
    name = "".join(suffixes[-2:-1] if zipped else suffixes[-1:])
    reader = _READERS.get(name)
    if reader is None or (zipped and reader is _parquet):
        raise ConfigurationError(f"{path}: unknown format: {', '.join(_READERS)}, and with .gz all but .parquet")
    try:
        with gzip.open(path) if zipped else path.open("rb") as file:
            yield from reader(file)  # type: ignore[arg-type]  # a GzipFile is what an IO[bytes] is
    except (OSError, EOFError, zlib.error) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    except _Broken as error:
        raise ConfigurationError(f"{path}: {error}") from error


class _Broken(Exception):
    """The file as a whole is not what its name says."""


def _json_lines(file: IO[bytes]) -> Rows:
    for line, text in enumerate(file, 1):
        if text.strip():
            yield _record(line, text.removeprefix(b"\xef\xbb\xbf") if line == 1 else text)


def _record(line: int, text: bytes) -> Row | Problem:
    try:
        cells = json.loads(text)
    except (ValueError, RecursionError):
        return Problem(line, "not JSON")
    return Row(line, cells) if isinstance(cells, dict) else Problem(line, "not a JSON object")


def _json_array(file: IO[bytes]) -> Rows:
    try:
        records = json.loads(file.read().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _Broken("not JSON") from error
    if not isinstance(records, list):
        raise _Broken("not a JSON array; one object a line is .jsonl")
    for number, cells in enumerate(records, 1):
        yield Row(number, cells) if isinstance(cells, dict) else Problem(number, "not a JSON object")


def _csv(file: IO[bytes]) -> Rows:
    with io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
        reader = csv.reader(text, strict=True)
        header = _next_csv(reader) or []
        if isinstance(header, Problem):
            raise _Broken(f"line {header.line}: {header.reason}")
        while (cells := _next_csv(reader)) is not None:
            if cells:
                yield cells if isinstance(cells, Problem) else _cells(reader.line_num, header, cells)


def _cells(line: int, header: list[str], cells: list[str]) -> Row | Problem:
    if len(cells) != len(header):
        return Problem(line, f"{len(cells)} cells, not {len(header)}")
    if any(_undecodable(cell) for cell in cells):
        return Problem(line, "not UTF-8")
    return Row(line, dict(zip(header, cells, strict=True)))


def _next_csv(reader: Any) -> list[str] | Problem | None:
    """The next row; None at the end."""
    try:
        return next(reader, None)
    except csv.Error as error:
        return Problem(reader.line_num, f"not CSV: {error}")


def _undecodable(cell: str) -> bool:
    return any("\udc80" <= char <= "\udcff" for char in cell)


def _parquet(file: IO[bytes]) -> Rows:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise _Broken("to read Parquet, install pyarrow: pip install 'aigc[eval]'") from error
    try:
        records = (cells for batch in ParquetFile(file).iter_batches() for cells in batch.to_pylist())
        for number, cells in enumerate(records, 1):
            yield Row(number, cells)
    except ArrowException as error:
        raise _Broken("not Parquet, or damaged") from error


_READERS: Mapping[str, Callable[[IO[bytes]], Rows]] = {
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".json": _json_array,
    ".csv": _csv,
    ".parquet": _parquet,
}
