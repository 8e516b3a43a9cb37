"""Cuts what was read into passages by its structure: each is about one thing, and short enough to be embedded well.

A passage never reaches over a heading. Paragraphs, list items and rows of a section share one as long as it stays
short; a list stays with the paragraph that leads to it; an answer with its question is always one of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.domain.language import language
from engine.knowledge.reading.blocks import Block, Content, Is

GOOD_TOKENS = 120
"""A passage that long takes no further paragraph."""
MOST_TOKENS = 200
"""Longer ones lose their point in one vector, and e5 was trained on such lengths (arXiv 2402.05672)."""
_HEADING_SEPARATOR = " › "
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])|\n")
_WORD = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage to be: what it says under which headings."""

    text: str
    heading: str
    lang: str


def tokens(text: str) -> int:
    """About how many e5 makes of a text: measured, one of 4.2 letters of English and of 1.6 of Chinese."""
    han = sum("⺀" <= letter <= "鿿" or "豈" <= letter <= "﫿" for letter in text)
    return int(han / 1.6 + (len(text) - han) / 4.2) + 1


def chunk(content: Content, title: str) -> Iterator[Piece]:
    """The passages of a document; its title is no heading of theirs."""
    path: list[tuple[int, str]] = []
    section: list[Block] = []
    for block in content.blocks:
        if block.kind is not Is.HEADING:
            section.append(block)
            continue
        yield from _section(section, _heading(path, title))
        section.clear()
        path = [(level, text) for level, text in path if level < block.level] + [(block.level, block.text)]
    yield from _section(section, _heading(path, title))


def _heading(path: Sequence[tuple[int, str]], title: str) -> str:
    texts = [" ".join(text.split()) for _, text in path]
    return _HEADING_SEPARATOR.join(texts[1:] if texts[:1] == [title] else texts)


def _section(blocks: Sequence[Block], heading: str) -> Iterator[Piece]:
    """Of blocks under the same headings."""
    held: list[str] = []
    before: Is | None = None
    for block in blocks:
        if block.kind is Is.ANSWER:
            yield from _piece(held, heading)
            held, before = [], None
            for text in _split(block.text):
                asked = _HEADING_SEPARATOR.join(filter(None, (heading, " ".join(block.question.split()))))
                yield Piece(text, asked, language(f"{block.question} {text}"))
            continue
        for text in _split(f"- {block.text}" if block.kind is Is.ITEM else block.text):
            leads = block.kind in (Is.ITEM, Is.ROW) and before is not None
            room = MOST_TOKENS if leads else GOOD_TOKENS
            if held and tokens("\n".join([*held, text])) > room:
                yield from _piece(held, heading)
                held = []
            held.append(text)
            before = block.kind
    yield from _piece(held, heading)


def _piece(texts: Sequence[str], heading: str) -> Iterator[Piece]:
    if text := "\n".join(texts).strip():
        yield Piece(text, heading, language(text))


def _split(text: str) -> Iterator[str]:
    """As it is or, where that is too long, at the ends of sentences; a sentence that is too long, between words."""
    if tokens(text) <= MOST_TOKENS:
        yield text
        return
    held = ""
    for part in (part for sentence in _SENTENCE.split(text) for part in _parts(sentence)):
        joined = f"{held}{_between(held, part)}{part}"
        if held and tokens(joined) > MOST_TOKENS:
            yield held
            joined = part
        held = joined
    if held:
        yield held


def _between(before: str, after: str) -> str:
    return " " if before and before[-1].isascii() and after[:1].isascii() else ""


def _parts(sentence: str) -> Iterator[str]:
    """Of a sentence, none too long to be a passage."""
    if tokens(sentence) <= MOST_TOKENS:
        yield from [sentence] if sentence.strip() else []
        return
    words = [piece for word in _WORD.split(sentence) for piece in _letters(word)]
    held: list[str] = []
    for word in words:
        if held and tokens(" ".join([*held, word])) > MOST_TOKENS:
            yield " ".join(held)
            held = []
        held.append(word)
    if held:
        yield " ".join(held)


def _letters(word: str) -> list[str]:
    return [word[start : start + MOST_TOKENS] for start in range(0, len(word), MOST_TOKENS)]
