"""What a sentence is about: its words without endings and fillers; Chinese by pairs of characters.

Pairs of characters do without a dictionary and overlap where words do (Nie and Ren 1999, "Chinese information
retrieval: using characters or words?").
"""

from __future__ import annotations

import re
import unicodedata

_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z0-9à-öø-ÿœß]+(?:['’-][a-z0-9à-ÿ]+)*")
_FILLERS_ZH = re.compile(
    r"[的了吗呢吧啊呀哦也都就在是和与及或您你我他她它们这那个把被将会请要就还并而且其所以因为如果可以能够已经我们]"
)
_COMMON = """
    a an the this that these those it its is are was were be been being am i you he she we they me him her us them my
    your our their his mine yours of to in on at by for from with about as into and or but if so than then there here
    when where which who what how why do does did done have has had having will would shall should can could may might
    must just also too very please only any some all each both more most other such no not yes hi hello dear thanks
    thank kind regards best wishes sorry us get got let know need want like would one ones up out over after before
    within during until once per via"""
_FILLERS = frozenset(_COMMON.split())
_ENDINGS = (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("ly", ""), ("s", ""))


def words(text: str) -> frozenset[str]:
    """All that carries meaning in a text, in one spelling each; a number is a word."""
    text = unicodedata.normalize("NFKC", text).casefold()
    latin = {_stem(word) for word in _WORD.findall(text) if word not in _FILLERS}
    return frozenset(latin | {pair for run in _HAN_RUN.findall(text) for pair in _pairs(run)})


def covered(of: frozenset[str], by: frozenset[str]) -> float:
    """Which share of the words of one text another has, from 0 to 1; 1 of no words."""
    return len(of & by) / len(of) if of else 1.0


def _stem(word: str) -> str:
    """Without the endings of English: enough for two spellings to meet, not a root."""
    word = re.sub(r"['’]s?\Z", "", word)
    for ending, instead in _ENDINGS:
        if len(word) - len(ending) >= 3 and word.endswith(ending) and not word.endswith("ss"):
            word = word[: -len(ending)] + instead
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def _pairs(run: str) -> list[str]:
    """Pairs of neighbours between fillers; a character that stands alone between them counts by itself."""
    found: list[str] = []
    for part in _FILLERS_ZH.sub(" ", run).split():
        found += [part] if len(part) == 1 else [part[at : at + 2] for at in range(len(part) - 1)]
    return found
