"""Turns Chinese prompts into English ones word by word, for a model whose text side reads English."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path

LEXICON = Path(__file__).with_name("lexicon.json")
"""Chinese word to English words. Source: Unicode CLDR annotations; rebuilt by `train.lexicon`."""
CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
BACKGROUND = re.compile(r"(?P<colour>\w+) background( on)?")
PUNCTUATION = str.maketrans("，。、；：！？（）", ",.,;:!?()")


def to_english(prompt: str) -> str:
    """`prompt` with each Chinese word that the lexicon knows in English; other text, and English prompts, unchanged."""
    if not CHINESE.search(prompt):
        return prompt
    english = CHINESE.sub(lambda run: f" {' '.join(_words(run.group()))} ", prompt.translate(PUNCTUATION))
    return _background_last(re.sub(r"\s+([,.;:!?)])", r"\1", " ".join(english.split())))


def _words(text: str) -> Iterator[str]:
    """The longest known words from left to right; what is not known stays as it is."""
    known, longest = _lexicon()
    at = 0
    while at < len(text):
        for length in range(min(longest, len(text) - at), 0, -1):
            word = text[at : at + length]
            if word in known:
                if known[word]:
                    yield known[word]
                break
        else:
            length = 1
            yield text[at]
        at += length


def _background_last(english: str) -> str:
    """Chinese names the background first, English captions last."""
    found = BACKGROUND.search(english)
    if not found:
        return english
    rest = " ".join(f"{english[: found.start()]} {english[found.end() :]}".split()).strip(" ,.")
    return f"{rest} on a {found['colour']} background"


@functools.cache
def _lexicon() -> tuple[dict[str, str], int]:
    known: dict[str, str] = json.loads(LEXICON.read_text(encoding="utf-8"))
    return known, max(map(len, known))
