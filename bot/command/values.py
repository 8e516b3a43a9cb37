"""Readers of what is given to flags and fields: a value for the request, or what would have been one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from bot.command import languages
from engine.domain.request import Length

Fields = Mapping[str, object]
"""Fields of CopyParams or DrawParams."""


@dataclass(frozen=True, slots=True)
class Bad:
    """Not a value: why (a code), what is allowed, and a value to have `instead`."""

    code: str
    instead: str
    allowed: Mapping[str, str | int | float] = field(default_factory=dict)


Read = Callable[[str, tuple[str, ...]], Fields | Bad]
"""From a text, given the names of models, to fields."""

SIZE_PX = (64, 2048)
_INTEGER = re.compile(r"[+-]?\d{1,20}")
_NUMBER = re.compile(r"[+-]?(?:\d{1,20}(?:\.\d*)?|\.\d+)")
_SIZE = re.compile(r"(\d{1,6})\s*(?:[x×✕✖╳*]\s*(\d{1,6}))?\s*(?:px)?", re.IGNORECASE)
_SHAPES = {
    "square": (512, 512),
    "portrait": (512, 768),
    "landscape": (768, 512),
    "正方形": (512, 512),
    "方形": (512, 512),
    "竖版": (512, 768),
    "竖": (512, 768),
    "横版": (768, 512),
    "横": (768, 512),
}
_LENGTHS = {
    **{length.value: length for length in Length},
    "短": Length.SHORT,
    "中": Length.MEDIUM,
    "中等": Length.MEDIUM,
    "长": Length.LONG,
}


def integer(name: str, least: int, most: int) -> Read:
    def read(text: str, models: tuple[str, ...]) -> Fields | Bad:
        text = _plain(text)
        if not _INTEGER.fullmatch(text):
            return Bad("bad_integer", str(least), {"least": least, "most": most})
        value = int(text)
        if not least <= value <= most:
            return Bad("bad_integer", str(min(max(value, least), most)), {"least": least, "most": most})
        return {name: value}

    return read


def number(name: str, least: float, most: float) -> Read:
    def read(text: str, models: tuple[str, ...]) -> Fields | Bad:
        text = _plain(text)
        value = float(text) if _NUMBER.fullmatch(text) else None
        if value is None or not least <= value <= most:
            instead = (least + most) / 2 if value is None else min(max(value, least), most)
            return Bad("bad_number", f"{instead:g}", {"least": f"{least:g}", "most": f"{most:g}"})
        return {name: value}

    return read


def words(name: str, most: int) -> Read:
    """Free text of at most `most` characters."""

    def read(text: str, models: tuple[str, ...]) -> Fields | Bad:
        text = " ".join(text.split())
        if len(text) > most:
            return Bad("text_too_long", text[:most].rstrip(), {"most": most, "count": len(text)})
        return {name: text}

    return read


def size(text: str, models: tuple[str, ...]) -> Fields | Bad:
    """Width and height in pixels, or the name of a shape."""
    text = _plain(text).lower()
    found = _SIZE.fullmatch(text)
    if text in _SHAPES:
        width, height = _SHAPES[text]
    elif found:
        width, height = int(found[1]), int(found[2] or found[1])
    else:
        near = get_close_matches(text, [name for name in _SHAPES if name.isascii()], n=1)
        return _bad_size(near[0] if near else "512x512")
    least, most = SIZE_PX
    fitting = [min(max(side, least), most) for side in (width, height)]
    if fitting != [width, height]:
        return _bad_size("{}x{}".format(*fitting))
    return {"width_px": width, "height_px": height}


def lang(text: str, models: tuple[str, ...]) -> Fields | Bad:
    tag = languages.tag(text)
    if tag is not None:
        return {"lang": tag}
    near = get_close_matches(text.lower(), languages.NAMES, n=1)
    return Bad("bad_lang", near[0] if near else "en")


def length(text: str, models: tuple[str, ...]) -> Fields | Bad:
    value = _LENGTHS.get(_plain(text).lower())
    if value is not None:
        return {"length": value}
    near = get_close_matches(text.lower(), [length.value for length in Length], n=1)
    return Bad("bad_length", near[0] if near else Length.MEDIUM.value)


def model(text: str, models: tuple[str, ...]) -> Fields | Bad:
    by_name = {name.lower(): name for name in models}
    if text.lower() in by_name:
        return {"model": by_name[text.lower()]}
    near = get_close_matches(text.lower(), by_name, n=1, cutoff=0.4)
    instead = by_name[near[0]] if near else next(iter(models), "")
    return Bad("unknown_model", instead, {"models": ", ".join(models) or "-"})


def _bad_size(instead: str) -> Bad:
    return Bad("bad_size", instead, {"least": SIZE_PX[0], "most": SIZE_PX[1]})


def _plain(text: str) -> str:
    """With ordinary digits, letters and signs: ５１２ｘ５１２, −3."""
    return unicodedata.normalize("NFKC", text).strip().replace("−", "-")
