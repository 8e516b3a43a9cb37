"""Takes one customer out of an answer, and out of the question that it answered, before both are kept for others.

Left out are sentences with an order number, an e-mail address, a phone number, a postal address or the name of somebody
in the thread, and those that say what was done when, or for how much, about "your order". It is a net that knows forms
and contexts, not people: a name that nobody introduced, greeted or signed with is not seen. Rather a sentence too many
goes than one too few: whoever keeps an answer can type what is missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from engine.domain.work import Said
from engine.replies.figures import figures
from engine.replies.polite import greeted, states_nothing
from engine.replies.sentences import joined, pieces

_NAME = r"[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+){0,2}"
_TWO_NAMES = r"[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+){1,2}"
_INTRODUCED = (
    re.compile(rf"(?i:\b(?:my name is|this is|i am|i['’]m|name\s*[:：]|on behalf of))\s+({_NAME})"),
    re.compile(
        rf"(?i:\b(?:regards|wishes|sincerely|cheers|thanks|thank you|best|yours))[,.! ]*\s({_NAME})[.!]?\s*$", re.M
    ),
    re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau)\b\.? ({_NAME})"),
    re.compile(
        rf"(?i:\b(?:sent|shipped|delivered|posted|mailed|addressed|handed|forwarded|signed for))\b[^.!?\n]{{0,40}}"
        rf"\b(?:to|by) ({_TWO_NAMES})"
    ),
)
_INTRODUCED_ZH = re.compile(
    r"(?:我叫|我的名字(?:是|叫)|姓名(?:是|[:：])|收[件货]人(?:是|[:：])?)\s*([\u4e00-\u9fff]{2,3})"
)
_NO_NAMES = frozenset({"a", "an", "the", "very", "so", "not", "just", "still", "here", "sorry", "afraid", "sure"})

_CODE = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Za-z]{1,10}[-_#]?\d{3,}[A-Za-z0-9-]*|(?:[A-Za-z0-9]+-)+\d{3,}[A-Za-z0-9-]*|#?\d{5,})(?!\d)"
    r"|#\d{3,}|(?:(?i:\border(?: (?:no\.?|number|id))?)|订单(?:号码?|编号)?)\s*[:：#]?\s*\d{3,}"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.-])(?:\+|00)?\(?\d(?:[ ().\u2010-\u2015/-]{0,2}\d){6,14}(?!\w)")
_STREETS = (
    "Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Square|Sq|Way|Place|Pl|Boulevard|Blvd|Close|Terrace|"
    "Crescent|Gardens|Row|Park|Hill|Quay|Mews|Parkway|Highway|Alley|Walk"
)
_ADDRESS = re.compile(
    rf"\b\d{{1,5}}[A-Za-z]?,? (?:[\w.'’-]+ ){{1,4}}(?:{_STREETS})\b"
    r"|\b\w+(?:stra(?:ß|ss)e|str\.|weg|platz|gasse|allee) \d{1,4}\b"
    r"|\b(?:rue|via|calle) [\w' -]{3,30},? \d{1,4}\b"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b[A-Z]{2} \d{5}(?:-\d{4})?\b"
    r"|[\u4e00-\u9fff]{2,}(?:路|街|大道|巷|弄|胡同)\s*[\d一二三四五六七八九十百]+\s*[号弄]|\d+\s*(?:号楼|单元|室)",
)
_VALUES = (_MAIL, _ADDRESS, _PHONE, _CODE)

_THEIRS = re.compile(
    r"\byour (?:\w+ )?(?:order|parcel|package|delivery|shipment|refund|return|payment|invoice|booking|appointment|"
    r"repair|account|case|ticket|claim)\b|[您你]的?(?:订单|包裹|快递|快件|退款|货|商品|发票|预约|账户)",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:was|were|has been|have been|had been|we|i|we['’]ve|i['’]ve|we have|i have|you|you['’]ve|you have)"
    r"(?: (?:already|just|now|also))? (?:sent|shipped|posted|mailed|delivered|dispatched|refunded|paid|charged|booked|"
    r"ordered|bought|purchased|collected|returned|received|cancell?ed|repaired|replaced|credited|signed)\b"
    r"|\b(?:arrived|left our)\b|已经?[^。！？]{0,12}(?:发|寄|送|签收|退|收到|取消|换|修)"
    r"|于[^。！？]{0,12}(?:发|寄|送|签收|退|下单|购买)",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"\b\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?\b|\b(?:yesterday|today|this morning)\b"
    r"|昨天|今天|前天|\d{1,2}[日号]"
)
_MONEY = re.compile(r"[$€£¥￥]\s?\d|\d[\d,.]*\s?(?:usd|eur|gbp|rmb|cny|dollars?|euros?|pounds?|元|块)", re.IGNORECASE)


def kept_answer(answer: str, thread: Sequence[Said]) -> str:
    """What of an answer may be kept; "" where nothing is left that states anything."""
    names = _names([*(message.text for message in thread), answer])
    kept = [piece for piece in pieces(answer) if not _of_one(piece.text, names)]
    return joined(kept) if any(not states_nothing(piece.text) for piece in kept) else ""


def kept_question(question: str, thread: Sequence[Said]) -> str:
    """A question to find the answer by: its order numbers, addresses and names are taken out of it."""
    for name in sorted(_names([*(message.text for message in thread), question]), key=len, reverse=True):
        question = _whole(name).sub(" ", question)
    for form in _VALUES:
        question = form.sub(" ", question)
    return re.sub(r" +(?=[,.;:!?])", "", re.sub(r"[^\S\n]+", " ", question)).strip()


def _of_one(sentence: str, names: Iterable[str]) -> bool:
    """Whether a sentence is about one customer alone."""
    if greeted(sentence) or any(form.search(sentence) for form in (*_VALUES, *map(_whole, names))):
        return True
    dated = bool(_DAY.search(sentence)) or any(found.startswith(("month", "weekday")) for found in figures(sentence))
    theirs, done = bool(_THEIRS.search(sentence)), bool(_DONE.search(sentence))
    return (theirs and (dated or done)) or (done and (dated or bool(_MONEY.search(sentence))))


def _names(texts: Iterable[str]) -> set[str]:
    """Who is introduced, greeted or named as somebody's addressee: each word of a name, as it is written."""
    found: set[str] = set()
    for text in texts:
        found |= {word for form in _INTRODUCED for match in form.finditer(text) for word in match[1].split()}
        found |= {word for piece in pieces(text) for word in greeted(piece.text)}
        found |= {match[1][:length] for match in _INTRODUCED_ZH.finditer(text) for length in (2, 3)}
    return {name for name in found if len(name) > 1 and name.casefold() not in _NO_NAMES}


def _whole(name: str) -> re.Pattern[str]:
    """Chinese has no spaces between words."""
    form = re.escape(name)
    return re.compile(form if re.match(r"[\u4e00-\u9fff]", name) else rf"(?<!\w){form}(?!\w)")
