"""What differs between two texts, word by word, as rich text; pure.

A word of a language with spaces is one unit, and so is each Chinese, Japanese or Korean character. Matching: difflib
(Ratcliff and Metzener 1988, "Pattern matching: the gestalt approach"). Slack's rich text takes what it is given
literally, so nothing that stands in a text can be read as markup
(docs.slack.dev/reference/block-kit/blocks/rich-text-block).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from bot.slack.blocks import Json
from bot.slack.text import inert

MOST_UNITS = 1_500
"""Longer texts are compared as far as that: matching takes time by the square of it."""
BLOCK_CHARS = 2_800
"""Most text in one block."""
LEAST_KEPT = 2
"""Fewer equal units than this between two changes read as noise, and count as changed."""

_CJK = "\u2e80-\u2fdf\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_UNIT = re.compile(rf"(?:[{_CJK}]|[^\W{_CJK}]+(?:['’][^\W{_CJK}]+)*|[^\w\s])[^\S\n]*|\s")
_WORD_END = re.compile(rf"[^\s{_CJK}\u3000-\u303f\uff00-\uffef]\Z")
_WORD_START = re.compile(rf"[^\W{_CJK}]")
_LETTER = re.compile(r"\w")
_STYLES = {"removed": {"strike": True}, "added": {"bold": True}}


class Change(StrEnum):
    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    change: Change
    text: str


def differences(old: str, new: str) -> tuple[Piece, ...]:
    """From `old` to `new`: what is kept and added is `new`; what is kept and removed is `old`, but for spaces.

    Only the first MOST_UNITS of each are looked at.
    """
    before, after = _units(old), _units(new)
    matcher = SequenceMatcher(None, [_bare(unit) for unit in before], [_bare(unit) for unit in after], autojunk=False)
    return tuple(_merged(_pieces(matcher.get_opcodes(), before, after)))


def is_long(text: str) -> bool:
    """Whether only its beginning is compared."""
    return len(_UNIT.findall(text)) > MOST_UNITS


def shown(pieces: Sequence[Piece]) -> list[Json]:
    """Blocks of rich text: removed words are crossed out, added ones bold."""
    blocks: list[list[Json]] = [[]]
    room = BLOCK_CHARS
    for piece, apart in _apart(pieces):
        text = apart + inert(piece.text)
        while text:
            if not room:
                blocks.append([])
                room = BLOCK_CHARS
            blocks[-1].append(_element(piece.change, text[:room]))
            text, room = text[room:], room - len(text[:room])
    return [_block(elements) for elements in blocks if elements]


def _apart(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, str]]:
    """Each with a space before it where two words of different pieces would stand as one."""
    before = ""
    for piece in pieces:
        joined = _WORD_END.search(before) and _WORD_START.match(piece.text)
        yield piece, " " if joined else ""
        before = piece.text


def _units(text: str) -> list[str]:
    return _UNIT.findall(text)[:MOST_UNITS]


def _bare(unit: str) -> str:
    """Spaces that follow a word are no part of it."""
    return unit.rstrip() or unit


Opcode = tuple[str, int, int, int, int]


def _pieces(opcodes: Sequence[Opcode], before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    for place, (tag, i1, i2, j1, j2) in enumerate(opcodes):
        inner = 0 < place < len(opcodes) - 1
        if tag == "equal" and not (inner and _is_noise(after[j1:j2])):
            yield Piece(Change.KEPT, "".join(after[j1:j2]))
        else:
            yield Piece(Change.REMOVED, "".join(before[i1:i2]))
            yield Piece(Change.ADDED, "".join(after[j1:j2]))


def _is_noise(units: Sequence[str]) -> bool:
    return sum(1 for unit in units if _LETTER.search(unit)) < LEAST_KEPT and "\n" not in units


def _merged(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Between two kept pieces first all that was removed, then all that was added."""
    removed, added, kept = "", "", ""
    for piece in pieces:
        match piece.change:
            case Change.KEPT:
                yield from _changes(removed, added)
                removed = added = ""
                kept += piece.text
                continue
            case Change.REMOVED:
                removed += piece.text
            case Change.ADDED:
                added += piece.text
        if kept and piece.text:
            yield Piece(Change.KEPT, kept)
            kept = ""
    yield from [Piece(Change.KEPT, kept)] if kept else ()
    yield from _changes(removed, added)


def _changes(removed: str, added: str) -> Iterator[Piece]:
    if removed:
        yield Piece(Change.REMOVED, removed)
    if added:
        yield Piece(Change.ADDED, added)


def _element(change: Change, text: str) -> Json:
    style = _STYLES.get(change.value)
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def _block(elements: Sequence[Json]) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}
