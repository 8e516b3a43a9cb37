"""Other names of things: understood in questions, so that "the blue one" is looked for under its product's name.

A person edits them (`aigc knowledge aliases`), and documents tell them where they say so in so many words: see
engine/knowledge/naming.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from engine.domain.knowledge import Alias
from engine.knowledge.words import words

_HAN = re.compile(r"[㐀-鿿]+")

MOST_MEANT = 5
"""Names that one question is widened by: more say that an alias is an everyday word."""


def named(question: str, known: Sequence[Alias]) -> list[Alias]:
    """The aliases that a question uses, or whose names it uses while documents may use the alias; longest first."""
    asked = _spaced(question)
    used = [alias for alias in known if _bounded(alias.alias) in asked]
    turned = [
        Alias(alias.name, alias.alias, alias.scope, alias.document)
        for alias in known
        if _bounded(alias.name) in asked and alias not in used
    ]
    return sorted([*used, *turned], key=lambda alias: -len(alias.alias))[:MOST_MEANT]


def with_names(question: str, meant: Sequence[Alias]) -> str:
    """The question with the names behind it."""
    names = dict.fromkeys(alias.name for alias in meant)
    return f"{question} ({', '.join(names)})" if names else question


def widened(asked: Sequence[str], meant: Sequence[Alias]) -> tuple[tuple[str, ...], ...]:
    """Each word of a question with words for the same: those of a name beside those of its alias."""
    same: dict[str, tuple[str, ...]] = {word: (word,) for word in asked}
    for alias in meant:
        for word in words(alias.alias):
            if word in same:
                same[word] = tuple(dict.fromkeys((*same[word], *words(alias.name))))
    if not any(len(each) > 1 for each in same.values()):
        same |= {word: (word,) for alias in meant for word in words(alias.name)}
    return tuple(same.values())


def _bounded(name: str) -> str:
    """What to look for: whole words, since "cap" is not in "escape"; Chinese has no such bounds."""
    spaced = _spaced(name)
    return spaced.strip() if _HAN.search(spaced) else spaced


def _spaced(text: str) -> str:
    """Its letters and digits alone, with a space at every bound between words."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    apart = _HAN.sub(lambda found: f" {found[0]} ", plain)
    return f" {' '.join(''.join(letter if letter.isalnum() else ' ' for letter in apart).split())} "
