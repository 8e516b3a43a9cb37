"""Turns texts into the words that they are found by: English stems, numbers as they are written, Chinese in bigrams.

Bigrams need no dictionary and find as well as segmented words do (Nie et al. 2000, "On the use of words and n-grams for
Chinese information retrieval"). Stems are Snowball's (Porter 2001), by the package snowballstemmer, which is Python.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

_HAN = "㐀-䶿一-鿿豈-﫿"
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:['’.\-_/][^\W_{_HAN}]+)*")
_JOINT = re.compile(r"['’.\-_/]")
_MAX_LETTERS = 40

_ENGLISH = frozenset(
    """
    a about after all also am an and any are as at be because been before being but by can could did do does doing
    for from get got had has have having he her hers him his how i if in into is it its just let may me might more
    most my no not of off on once one only or other our ours out over own please shall she should so some such t s
    than that the their them then there these they this those to too under until up us very was we were what when
    where whether which while who whom why will with would you your yours ve ll re d m many much need want
    """.split()  # noqa: SIM905 - a list would take a line for each
)
_CHINESE = frozenset(
    """
    什么 怎么 么样 如何 多少 可以 是否 我们 你们 他们 请问 想问 问一 一下 没有 不是 这个 那个 哪些 哪个
    哪里 为什 需要 能不 不能 能否 有没 还是 或者 以及 因为 所以 如果 但是 我的 你的 是什 吗我 您好 你好
    一个 的话 是不 时候
    """.split()  # noqa: SIM905 - a list would take a line for each
)
_CHINESE_LETTERS = frozenset("的了吗呢吧啊在是我你他她它们和与或就都也很要会能有把被让给到从对为以及")


def words(text: str) -> list[str]:
    """All words of a text, in order, with repeats."""
    return list(_words(unicodedata.normalize("NFKC", text).casefold()))


def asked(question: str) -> list[str]:
    """The words of a question that say what it is about, without repeats; all of them where none does."""
    found = dict.fromkeys(words(question))
    telling = [word for word in found if not _says_nothing(word)]
    return telling or list(found)


def _words(text: str) -> Iterator[str]:
    for run in _RUN.findall(text):
        if "㐀" <= run[0] <= "鿿" or "豈" <= run[0] <= "﫿":
            yield from (run[at : at + 2] for at in range(max(1, len(run) - 1)))
            continue
        parts = _JOINT.split(run)
        if len(parts) > 1 and any(letter.isdigit() for letter in run):
            yield "".join(parts)[:_MAX_LETTERS]  # a model's or an order's number, however people write it
        yield from (_stem(part[:_MAX_LETTERS]) for part in parts if part)


def _says_nothing(word: str) -> bool:
    return word in _STOP or all(letter in _CHINESE_LETTERS for letter in word)


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    if not word.isascii() or word.isdigit():
        return word
    with _stemming:
        stemmed: str = _stemmer().stemWord(word)
    return stemmed


_stemming = threading.Lock()
"""A stemmer holds the word that it works on."""


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


_STOP = _CHINESE | _ENGLISH | {_stem(word) for word in _ENGLISH}
