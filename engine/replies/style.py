"""How a reply is to sound and how long it is: tone, language, length, and what a change asks of them in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from engine.domain.request import CopyParams, Length


class Tone(StrEnum):
    FRIENDLY = "friendly"
    FORMAL = "formal"
    BRIEF = "brief"


SHORTEST, LONGEST = 0, 3
_BRIEF_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Style:
    tone: Tone
    lang: str
    """Of the reply: "en", "zh" or another that a customer writes."""
    level: int = 2
    """How much it says, from SHORTEST to LONGEST."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a change in plain words asks for."""

    longer: int = 0
    """1 for longer, -1 for shorter."""
    tone: Tone | None = None
    lang: str | None = None
    more: bool = False
    """It asks for something else, too, which only a model can do."""


_TONES = {
    Tone.FORMAL: re.compile(
        r"\b(?:more )?(?:formal(?:ly)?|professional(?:ly)?|official)\b|正式|专业|书面|官方", re.IGNORECASE
    ),
    Tone.FRIENDLY: re.compile(
        r"\b(?:more )?(?:friendl(?:y|ier)|warm(?:er)?|casual|informal|kind(?:er)?)\b|亲切|友好|热情|口语|随和",
        re.IGNORECASE,
    ),
    Tone.BRIEF: re.compile(r"\b(?:brief|terse|to the point)\b|简短|简明|言简意赅", re.IGNORECASE),
}
_SHORTER = re.compile(
    r"\b(?:a (?:bit|little) |much )?(?:shorter|shorten|briefer|more concise|concise|cut it down|trim)\b"
    r"|短一?些?点?|精简|缩短|简洁",
    re.IGNORECASE,
)
_LONGER = re.compile(
    r"\b(?:a (?:bit|little) |much )?(?:longer|lengthen|more details?|in more detail|expand|elaborate)\b"
    r"|长一?些?点?|更?详细|展开|多写",
    re.IGNORECASE,
)
_INFORMAL = re.compile(r"\b(?:less|not so|not too) (?:formal|official)\b|别太正式|不那么正式|不要太正式", re.I)
_LANGUAGES = {
    "en": r"english|英文|英语",
    "zh": r"(?:simplified )?chinese|mandarin|中文|汉语|简体中文?",
    "de": r"german|德文|德语",
    "fr": r"french|法文|法语",
    "es": r"spanish|西班牙文|西班牙语",
    "ja": r"japanese|日文|日语",
}
_INTO = r"(?:\b(?:translate(?: (?:it|this|that))?(?: (?:in)?to)?|(?:in|into|to)) |翻?译成?|改?成|用|写成?)?"
_TRANSLATE = {lang: re.compile(rf"{_INTO}(?:{names})", re.IGNORECASE) for lang, names in _LANGUAGES.items()}
_FILLER = re.compile(
    r"\b(?:please|make|it|this|that|the|a|an|reply|text|draft|answer|more|bit|little|and|but|in|into|to|tone|sound|write|"
    r"rewrite|be|keep|much|very|style|version|translate|can|you)\b|[把请将它这写得一点些更再改成为语气版让用回复一下翻译，。、,.!！\s]",
    re.IGNORECASE,
)


def style_of(params: CopyParams, lang: str, changes: Iterable[str] = ()) -> tuple[Style, bool]:
    """The style that the parameters ask for, as changes in plain words left it; True where these ask for more.

    `lang` is the customer's, which holds unless the parameters or a change name another.
    """
    level = {Length.SHORT: 1, Length.MEDIUM: 2, Length.LONG: 3}[params.length]
    style = _toned(
        Style(Tone.FRIENDLY, (params.lang or lang).partition("-")[0].lower(), level), tone_of(params.tone or "")
    )
    more = False
    for change in changes:
        wish = wish_of(change)
        level = min(max(style.level + wish.longer, SHORTEST), LONGEST)
        style = _toned(replace(style, lang=wish.lang or style.lang, level=level), wish.tone)
        more = wish.more
    return style, more


def _toned(style: Style, tone: Tone | None) -> Style:
    """In another tone, if there is one; a brief one says less."""
    level = min(style.level, _BRIEF_LEVEL) if tone is Tone.BRIEF else style.level
    return replace(style, tone=tone or style.tone, level=level)


def tone_of(text: str) -> Tone:
    """The tone that a name or a description means; friendly where it says nothing that is known."""
    return wish_of(text).tone or Tone.FRIENDLY


def wish_of(text: str) -> Wish:
    """What of a change can be done without a model, and whether that is all of it."""
    if _INFORMAL.search(text):
        text = _INFORMAL.sub("friendly", text)
    tone = next((tone for tone, pattern in _TONES.items() if pattern.search(text)), None)
    lang = next((lang for lang, pattern in _TRANSLATE.items() if pattern.search(text)), None)
    longer = bool(_LONGER.search(text)) - bool(_SHORTER.search(text))
    rest = text
    for pattern in (*_TONES.values(), *_TRANSLATE.values(), _SHORTER, _LONGER, _FILLER):
        rest = pattern.sub(" ", rest)
    return Wish(longer, tone, lang, bool(rest.strip()))
