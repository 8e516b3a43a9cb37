"""How much is read of one file, and the error that says why one cannot be."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import MaterialUnreadable

MAX_BYTES = 20_000_000
MAX_UNPACKED_BYTES = 100_000_000
"""Of a DOCX, which is a zip: sixty kilobytes can be made to unpack to as many megabytes."""
MAX_ZIP_ENTRIES = 5_000
MAX_PAGES = 500
"""Of a PDF; the rest is left out, and the report says so."""
MAX_CHARS = 2_000_000
"""Of the text of one file; the rest is left out, and the report says so."""
MAX_ROWS = 50_000
MAX_SECONDS = 60.0
"""For the pages of one PDF."""

UNKNOWN_TYPE = "unknown_type"
TOO_LARGE = "too_large"
DAMAGED = "damaged"
LOCKED = "locked"
"""With a password."""
NO_TEXT = "no_text"
"""E.g. a PDF of scanned pages."""
NO_QUESTIONS = "no_questions"
"""JSON that holds neither questions with answers nor texts."""
NOT_THERE = "not_there"
NO_TIME = "no_time"
"""Others that were given with it took too long."""
REASONS = (UNKNOWN_TYPE, TOO_LARGE, DAMAGED, LOCKED, NO_TEXT, NO_QUESTIONS, NOT_THERE, NO_TIME)
"""Codes of why a file could not be read."""

PAGES_LEFT_OUT = "pages_left_out"
TEXT_LEFT_OUT = "text_left_out"
TIME_UP = "time_up"
LEFT_OUT = (PAGES_LEFT_OUT, TEXT_LEFT_OUT, TIME_UP)
"""Codes of what was not read of a file that was."""


@dataclass(slots=True)
class Budget:
    """Characters that tables may still become in one file: with a column's name in each row, a few can become many."""

    left: int = MAX_CHARS


def unreadable(reason: str, detail: str = "", **params: str | int | float) -> MaterialUnreadable:
    """The error to raise; `detail` is for the log and holds nothing of the file's text."""
    return MaterialUnreadable(f"{reason}: {detail}" if detail else reason, reason=reason, **params)
