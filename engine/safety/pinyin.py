"""Writes Chinese words that are spelled in pinyin, wholly or in part, in characters again: 傻bi, sha逼, sha bi.

The words are those of pinyin.yaml. Pinyin in capitals at its beginning is a name and stays; so does pinyin in a text
without a Chinese character, but for words that mean nothing else in any language we know of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from engine.safety.features import has_cjk

_GAP = r"[ \-_*.·]?"


@dataclass(frozen=True, slots=True)
class Word:
    """A word with the forms of its spelling."""

    word: str
    hints: tuple[str, ...]
    """One of these stands in every spelling of it."""
    spelling: re.Pattern[str]
    whole: bool
    """Counts when it is pinyin throughout, beside Chinese characters."""
    alone: bool
    """Counts in a text without Chinese characters, too, if it is written as one word."""


def respelled(clean: str) -> str:
    """The text with the words that it spells in pinyin; itself where there are none."""
    if not any(char.isascii() and char.isalpha() for char in clean):
        return clean
    chinese = has_cjk(clean)
    lower = clean.casefold()
    for word in _words():
        if (chinese or word.alone) and any(hint in lower for hint in word.hints):
            clean = word.spelling.sub(lambda found, word=word: _written(word, found[0], chinese), clean)  # type: ignore[misc]
    return clean


def _written(word: Word, found: str, chinese: bool) -> str:
    """The word, if this spelling of it counts."""
    if any(char in word.word for char in found):
        return word.word
    counts = word.whole if chinese else word.alone and found.isalpha()
    return word.word if counts else found


@cache
def _words() -> tuple[Word, ...]:
    text = files("engine.safety").joinpath("pinyin.yaml").read_text(encoding="utf-8")
    groups = yaml.safe_load(text)
    return tuple(
        _word(word, str(spelling), group)
        for group in ("alone", "whole", "mixed")
        for word, spelling in groups[group].items()
    )


def _word(word: str, spelling: str, group: str) -> Word:
    """`spelling` has a syllable per character; "nv|nü" are two ways to write one."""
    syllables, _, without = spelling.partition(" !")
    units = [
        "(?:" + "|".join([char, *(form for one in ways.split("|") for form in (one, one.upper()))]) + ")"
        for char, ways in zip(word, syllables.split(), strict=True)
    ]
    after = rf"(?!{_GAP}[{without}])" if without else ""
    expression = rf"(?<![A-Za-z]){_GAP.join(units)}(?![A-Za-z]){after}"
    hints = tuple(one for ways in syllables.split() for one in ways.split("|"))
    return Word(word, hints, re.compile(expression), whole=group != "mixed", alone=group == "alone")
