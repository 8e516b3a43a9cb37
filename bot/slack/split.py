"""Splits Markdown into messages, so that each can be read by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wcwidth import iter_graphemes

from bot.slack.text import JOINER, Measure, head, utf16

_FENCE = re.compile(
    r"(?P<lead>\s{0,8}(?P<item>(?:[-*+•]|\d{1,3}[.)])\s{1,2})?)(?P<marks>`{3,}(?=[^`]*$)|~{3,})"
    r"(?P<info>\s*(?P<language>[A-Za-z0-9_+#.-]{0,12}).*)$"
)
"""What is longer or deeper than that is no fence, so that closing and opening one always leaves room for text."""
_BREAKS = frozenset(" \n。！？；，")
_TOO_MANY_MARKS = re.compile(r"([`~])\1{8,}")
_MARKS = re.compile(r"([`~])\1{2,}")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,9}[.)])\s")


def split(text: str, limit: int, measure: Measure = utf16) -> list[str]:
    """Markdown in parts of at most `limit`, at least 64.

    A part ends between paragraphs, list items or lines; inside a code fence it closes the fence, and the next part
    opens it again. Only what is longer than a part itself is cut: between words, or else between characters. White
    space between parts may go.
    """
    parts: list[str] = []
    current = _Part("", "")
    for atom in _atoms(text):
        for piece in _pieces(atom, limit, measure):
            longer = current.with_(piece)
            if current.text and measure(longer.closed) > limit:
                parts += [current.closed] if current.text.strip() else []
                longer = _Part(piece.reopening, piece.inside).with_(piece)
            current = longer
    if current.text.strip():
        parts.append(current.closed)
    return parts


@dataclass(frozen=True, slots=True)
class _Atom:
    """Lines that belong together. `inside` is the fence that is open before it, `fence` the one after it."""

    text: str
    inside: str = ""
    fence: str = ""

    @property
    def reopening(self) -> str:
        return f"{self.inside}\n" if self.inside else ""


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    fence: str

    def with_(self, atom: _Atom) -> _Part:
        return _Part(self.text + atom.text, atom.fence)

    @property
    def closed(self) -> str:
        if not self.fence:
            return self.text
        gap = "" if self.text.endswith("\n") else "\n"
        return f"{self.text}{gap}{_marks(self.fence)}"


def _marks(fence: str) -> str:
    """What closes it: as many marks, as far from the margin, or they would belong to another block."""
    return re.match(r"\s*[`~]+", fence)[0]  # type: ignore[index]  # a fence is made of them


def _atoms(text: str) -> Iterator[_Atom]:
    """All of `text`, in order."""
    lines, inside, fence = "", "", ""
    text = _TOO_MANY_MARKS.sub(lambda found: found[1] * 8, re.sub(r"\r\n?", "\n", text))
    for line in re.findall(r"[^\n]*\n|[^\n]+$", text):
        found = _FENCE.match(line.rstrip("\n"))
        if fence:
            yield _Atom(lines, inside, fence) if lines else _Atom("", inside, inside)
            closes = found is not None and _closes(found, fence)
            lines, inside, fence = line, fence, "" if closes else fence
            if closes:
                yield _Atom(lines, inside, "")
                lines, inside = "", ""
        elif found:
            yield _Atom(lines)
            lines, inside = line, ""
            fence = " " * len(found["lead"]) + found["marks"] + found["language"]
        elif _ITEM.match(line):
            yield _Atom(lines)
            lines = line
        else:
            lines += line
            if not line.strip():
                yield _Atom(lines)
                lines = ""
    yield _Atom(lines, inside, fence)


def _closes(found: re.Match[str], fence: str) -> bool:
    return not found["item"] and not found["info"].strip() and found["marks"].startswith(_marks(fence).strip())


def _pieces(atom: _Atom, limit: int, measure: Measure) -> Iterator[_Atom]:
    """The atom, or shorter ones where it does not fit a part of its own."""
    fence = atom.inside or atom.fence
    around = measure(f"{fence}\n\n{_marks(fence)}") if fence else 0
    rest, opened = atom.text, False
    if measure(rest) > limit - around:
        rest = _without_marks(atom)
    while measure(rest) > limit - around:
        begin = _words(rest, limit - around, measure)
        yield _Atom(begin, fence if opened else atom.inside, atom.fence)
        rest, opened = rest[len(begin) :], True
    if rest:
        yield _Atom(rest, fence if opened else atom.inside, atom.fence)


def _without_marks(atom: _Atom) -> str:
    """Its text with all marks but those of its own fence broken up: where a line is cut, they would make another."""
    opening = _FENCE.match(atom.text.partition("\n")[0]) if atom.fence and not atom.inside else None
    start = opening.end("marks") if opening else 0
    return atom.text[:start] + _MARKS.sub(lambda found: JOINER.join(found[0]), atom.text[start:])


def _words(text: str, limit: int, measure: Measure) -> str:
    """The longest beginning that fits, up to a space if there is one not too far back."""
    begin = head(text, limit, measure) or _torn(text, limit, measure)
    end = at = 0
    for grapheme in iter_graphemes(begin):  # a space may carry an accent
        at += len(grapheme)
        if grapheme in _BREAKS:
            end = at
    return begin[:end] if end > len(begin) // 2 else begin


def _torn(text: str, limit: int, measure: Measure) -> str:
    """What fits of one character that is heaped with more marks than fit."""
    end = 1
    while end < len(text) and measure(text[: end + 1]) <= limit:
        end += 1
    return text[:end]
