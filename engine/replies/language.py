"""Tells in which language a customer writes, by script and by the commonest words.

More than `engine.domain.language` tells, which is about passages: a customer is answered in any language that a model
has.
"""

from __future__ import annotations

import re
from collections import Counter

_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_LATIN_WORD = re.compile(r"[a-zà-öø-ÿœß]+(?:['’][a-z]+)?", re.IGNORECASE)
_OTHER = re.compile(r"[\u0370-\u1fff]")
"""Greek, Cyrillic, Hebrew, Arabic, Indian scripts, Thai and others."""

_COMMON = {
    "en": "the a an is are was i you my it to of and for in on have has not this that with can could please what when "
    "how do does did your would there be been from at will just hi hello thanks",
    "de": "der die das ist sind war ich sie mein meine es zu und für in auf habe nicht dieser mit kann bitte was wann "
    "wie ein eine den dem wurde hallo danke noch",
    "fr": "le la les un une est sont je vous mon ma et pour dans sur ai pas ce cette avec peux pouvez quand comment "
    "bonjour merci de du des que",
    "es": "el la los las un una es son yo usted mi y para en no este esta con puedo puede cuando cómo hola gracias de "
    "del que por",
}
_OF_WORD = {lang: frozenset(words.split()) for lang, words in _COMMON.items()}


def language_of(text: str) -> str:
    """ "zh", "ja", "ko", "en", "de", "fr" or "es"; "" where nobody can tell, as of an order number alone.

    A text is Chinese where a third of it or more is: "我的 iPhone case 坏了" has an English name in it. Latin letters
    without a common word of any of them count as English.
    """
    words = _LATIN_WORD.findall(text)
    han = len(_HAN.findall(text))
    if len(_KANA.findall(text)) * 5 > han + len(words) and _KANA.search(text):
        return "ja"
    if len(_HANGUL.findall(text)) > len(words):
        return "ko"
    if han and han >= len(words) / 2:
        return "zh"
    if not words or len(_OTHER.findall(text)) > sum(map(len, words)):
        return ""
    votes = Counter({lang: sum(word.casefold() in common for word in words) for lang, common in _OF_WORD.items()})
    return votes.most_common(1)[0][0]
