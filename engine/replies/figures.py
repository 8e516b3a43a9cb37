"""Finds what a reply must never invent: numbers, dates, order numbers, prices, addresses and links, in one spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from engine.domain.citing import MARK

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>()\[\]，。；、！？）】]+|(?<![@\w.-])(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>()\[\]，。；]*"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CODE = re.compile(r"(?<![a-z0-9])[a-z]{1,10}[-_#]?\d{3,}[a-z0-9-]*|(?<![a-z0-9])(?:[a-z0-9]+-)+\d{3,}[a-z0-9-]*")
"""Letters, then three digits or more: an order, a model, a case."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MONTH_NAMES = "january february march april may june july august september october november december"
_MONTH_WORDS = _MONTH_NAMES.split()
_MONTHS = {name: number for number, long in enumerate(_MONTH_WORDS, 1) for name in (long, long[:3])} | {"sept": 9}
_MONTH = re.compile(
    rf"\d(?:st|nd|rd|th)?\s+(?:of\s+)?({'|'.join(_MONTHS)})\b|\b({'|'.join(_MONTHS)})\.?\s+\d|(\d{{1,2}})月"
    r"|\b\d{4}-(\d{2})-\d{2}\b|\b(january|february|april|june|july|august|september|october|november|december)\b"
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(rf"\b({'|'.join(_WEEKDAYS)})s?\b|(?:周|星期|礼拜)([一二三四五六日天])")
_COUNTS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty"
)
_IN_WORDS = {word: number for number, word in enumerate(_COUNTS.split(), 2)} | {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100,
    "thousand": 1000, "dozen": 12,
}  # fmt: skip
_WORD = re.compile(rf"\b({'|'.join(_IN_WORDS)})\b")
_DIGITS_ZH = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_COUNT_ZH = re.compile(
    r"([一二两三四五六七八九十百]+)(?=个?(?:天|日|周|月|年|小时|分钟|元|块|折|次|件|台|星期|工作日|倍))"
)


def figures(text: str) -> frozenset[str]:
    """All figures of a text; two that say the same are equal, such as 1,000.00 and 1000, or "ten" and 10.

    "one" and 一 are no figures: they mean "a" too often.
    """
    text = MARK.sub(" ", unicodedata.normalize("NFKC", text)).casefold()
    return frozenset(_found(text))


_MENTIONED = re.compile(
    rf"{_MAIL.pattern}|{_CODE.pattern}|[$€£¥￥]\s?\d[\d,.]*\d|[$€£¥￥]\s?\d|\d[\d,.]*\s?(?:usd|eur|gbp|rmb|cny|元|块)"
    rf"|\b\d{{4}}-\d{{2}}-\d{{2}}\b|\d{{1,2}}月\d{{1,2}}[日号]|\b\d{{1,2}}(?:st|nd|rd|th)? (?:{'|'.join(_MONTHS)})\b"
    rf"|\b(?:{'|'.join(_MONTH_WORDS)}) \d{{1,2}}\b|\b(?:{'|'.join(_WEEKDAYS)})\b|#\d{{3,}}|\b\d{{5,}}\b",
    re.IGNORECASE,
)


def mentioned(text: str) -> list[str]:
    """Order numbers, dates, amounts and addresses as they are written, in their order, each once."""
    return list(dict.fromkeys(found[0].strip() for found in _MENTIONED.finditer(text)))


def _found(text: str) -> Iterator[str]:
    for pattern, kind in ((_MAIL, "mail"), (_LINK, "link"), (_CODE, "code")):
        yield from (f"{kind} {_bare(kind, found[0])}" for found in pattern.finditer(text))
        text = pattern.sub(" ", text)
    yield from (f"month {_month(found)}" for found in _MONTH.finditer(text))
    yield from (f"weekday {_weekday(found)}" for found in _WEEKDAY.finditer(text))
    yield from (_number(found[0]) for found in _NUMBER.finditer(text))
    yield from (str(_IN_WORDS[found[0]]) for found in _WORD.finditer(text))
    yield from (str(count) for found in _COUNT_ZH.finditer(text) if (count := _count_zh(found[1])) > 1)


def _bare(kind: str, found: str) -> str:
    found = found.rstrip(".,;:!?'\"")
    return re.sub(r"[-_#]", "", found) if kind == "code" else found.removeprefix("https://").removeprefix("http://")


def _number(digits: str) -> str:
    """Without separators of thousands, leading zeros and zeros at the end of a fraction."""
    plain = re.sub(r",(?=\d{3}(?!\d))", "", digits).replace(",", ".")
    whole, _, fraction = plain.partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole.lstrip('0') or '0'}.{fraction}" if fraction else whole.lstrip("0") or "0"


def _month(found: re.Match[str]) -> int:
    name = next(group for group in found.groups() if group)
    return int(name) if name.isdigit() else _MONTHS[name]


def _weekday(found: re.Match[str]) -> int:
    return _WEEKDAYS.index(found[1]) if found[1] else "一二三四五六日".index(found[2].replace("天", "日"))


def _count_zh(numeral: str) -> int:
    """Up to 999; 0 for what is no number."""
    hundreds, _, rest = numeral.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    parts = (hundreds, tens, ones)
    if any(part and part not in _DIGITS_ZH for part in parts):
        return 0
    value = _DIGITS_ZH.get(hundreds, 0) * 100 + _DIGITS_ZH.get(ones, 0)
    return value + (_DIGITS_ZH.get(tens, 1) * 10 if ten else 0)
