"""Lines of CSV that a spreadsheet may open without harm."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula (owasp.org/www-community/attacks/CSV_Injection)."""


def csv_line(values: Iterable[str]) -> str:
    """RFC 4180; a cell that could be a formula begins with an apostrophe."""
    line = io.StringIO()
    csv.writer(line).writerow(f"'{value}" if value.startswith(_FORMULA) else value for value in values)
    return line.getvalue()
