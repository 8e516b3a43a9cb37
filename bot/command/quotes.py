"""Quotation marks as people and their keyboards write them."""

from __future__ import annotations

import re

DOUBLE = {
    **dict.fromkeys('"“”„‟＂', '"“”‟＂'),
    "「": "」",
    "『": "』",
    "«": "»",
}
"""Opening mark -> the marks that close it; a phone may get the direction of curly ones wrong."""
_SINGLE = dict.fromkeys("'‘‛＇", "'’＇")
_AFTER_SINGLE = r"(?=$|[\s,.;:!?)，。；：！？）-])"
"""An apostrophe does not close a quotation: a letter follows it."""
_PAIRS = (('"', '"'), ("「", "」"), ("«", "»"))
_BARE = re.compile(r"[^\W_][\w.:/@+×-]*")


def closing(text: str, at: int) -> int | None:
    """Where the mark stands that closes the one at `at`; None if none does, or if none is at `at`."""
    if at >= len(text):
        return None
    if closers := DOUBLE.get(text[at]):
        found = re.compile(f"[{closers}]").search(text, at + 1)
    elif closers := _SINGLE.get(text[at]):
        found = re.compile(f"[{closers}]{_AFTER_SINGLE}").search(text, at + 1)
    else:
        return None
    return found.start() if found else None


def opens(text: str, at: int) -> bool:
    return at < len(text) and (text[at] in DOUBLE or text[at] in _SINGLE)


def unquoted(text: str) -> str:
    """`text` without the marks around all of it."""
    if text[:1] in DOUBLE and closing(text, 0) == len(text) - 1:
        return text[1:-1].strip()
    return text


def quoted(value: str) -> str:
    """`value` as a command can give it to a flag."""
    if _BARE.fullmatch(value):
        return value
    for opening, closing_ in _PAIRS:
        if not set(DOUBLE[opening]) & set(value):
            return opening + value + closing_
    return '"' + re.sub("[" + DOUBLE['"'] + "]", "'", value) + '"'
