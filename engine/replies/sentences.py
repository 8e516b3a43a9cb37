"""Takes a text apart into sentences that can be put together again, in English and Chinese."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARKS = r"(?:\s?\[\d{1,2}\])*"
_END = re.compile(
    rf"[.!?…]+[\"'”’)\]]*{_MARKS}(?=\s|\Z)"
    rf"|[。！？]+[”’』」）]*{_MARKS}"
    r"|\n+"
)
"""A mark such as [1] behind the full stop belongs to the sentence before it. A line is a sentence, too."""
_SHORT_FOR = re.compile(
    r"(?:\b(?:e\.g|i\.e|mr|mrs|ms|dr|approx|vs)|\b(?:no|nr|tel)(?=\.\s*[+\d])|^\s*\d{1,2})\.\Z", re.I
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence without white space around it, and the white space after it."""

    text: str
    after: str = ""


def pieces(text: str) -> list[Piece]:
    """The sentences of a text; joined with what stands after each they are the text, but for its leading space."""
    found: list[Piece] = []
    start = 0
    for match in _END.finditer(text):
        if match.start() < start or _goes_on(text, start, match):
            continue
        end = match.end()
        while end < len(text) and text[end].isspace():
            end += 1
        _add(found, text[start:end])
        start = end
    _add(found, text[start:])
    return found


def joined(found: list[Piece]) -> str:
    """The text again, of those that are left."""
    return "".join(piece.text + piece.after for piece in found).strip()


def _goes_on(text: str, start: int, match: re.Match[str]) -> bool:
    """The full stop belongs to an abbreviation or to a number in a list."""
    if match[0] != ".":
        return False
    word = text[start : match.end()]
    return bool(_SHORT_FOR.search(word)) or bool(
        re.search(r"\b(?:no|nr|tel)\.\Z", word, re.I) and re.match(r"\s*[+\d]", text[match.end() :])
    )


def _add(found: list[Piece], chunk: str) -> None:
    text = chunk.strip()
    if text:
        found.append(Piece(text, chunk[len(chunk.rstrip()) :]))
