"""Finds personal data and secrets by their form and, where they have one, their checksum.

Sources: ISO/IEC 7812-1 (Luhn), ISO 13616 (IBAN, modulo 97), GB 11643-1999 (Chinese identity numbers, ISO 7064
mod 11-2), RFC 7519 (JWT), RFC 7468 (PEM), and the token forms that Slack, AWS, GitHub, Google and OpenAI publish.
No recogniser but PEM reaches over the end of a sentence: a stream relies on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from engine.domain.request import Kind
from engine.domain.safety import Category
from engine.safety.evidence import Evidence, Span
from engine.safety.normalise import Views


def luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and luhn(digits)


def iban(text: str) -> bool:
    compact = text.replace(" ", "").upper()
    return 15 <= len(compact) <= 34 and int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def chinese_id(text: str) -> bool:
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(text[:17]))
    return "10X98765432"[total % 11] == text[17].upper()


def phone(text: str) -> bool:
    return 8 <= len(re.sub(r"\D", "", text)) <= 15


def mixed(text: str) -> bool:
    """Letters and digits both: a key, not a word."""
    return bool(re.search(r"\d", text) and re.search(r"[A-Za-z]", text))


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A form; group "it", or else all of the match, is redacted if `valid` agrees."""

    name: str
    category: Category
    form: re.Pattern[str]
    valid: Callable[[str], bool] = bool


def _recogniser(
    name: str, category: Category, form: str, valid: Callable[[str], bool] = bool, flags: int = 0
) -> Recogniser:
    return Recogniser(name, category, re.compile(form, re.ASCII | flags), valid)


_SECRET, _PERSONAL = Category.SECRET, Category.PERSONAL_DATA
_PEM = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]{0,40}-----|\Z)"
_TOKENS = (
    r"xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])|gh[opsur]_[A-Za-z0-9]{30,}"
    r"|github_pat_\w{30,}|glpat-[\w-]{20,}|AIza[\w-]{35}|hf_[A-Za-z0-9]{30,}|npm_[A-Za-z0-9]{36}"
)

RECOGNISERS = (
    _recogniser("private key", _SECRET, _PEM, flags=re.DOTALL),
    _recogniser("jwt", _SECRET, r"(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*"),
    _recogniser("token", _SECRET, rf"(?<![A-Za-z0-9])(?:{_TOKENS})"),
    _recogniser("api key", _SECRET, r"(?<![A-Za-z0-9])[sr]k[-_][\w-]{16,}", mixed),
    _recogniser("webhook", _SECRET, r"hooks\.slack\.com/(?:services|workflows|triggers)/[\w/]+"),
    _recogniser(
        "password",
        _SECRET,
        r"(?:password|passwd|passphrase|secret key|api key|access key|密码|口令|密钥)[ \t]{0,2}(?:is|was|是|为)?"
        r"[ \t]{0,2}[:=]?[ \t]{0,2}[\"'`]?(?P<it>[\x21-\x7e]{6,}[\w$#@!%^&*+/=])",
        mixed,
        re.IGNORECASE,
    ),
    _recogniser(
        "email", _PERSONAL, r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}"
    ),
    _recogniser("id number", _PERSONAL, r"(?<![A-Za-z0-9])[1-9]\d{16}[\dXx](?![A-Za-z0-9])", chinese_id),
    _recogniser("card", _PERSONAL, r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])", card),
    _recogniser("iban", _PERSONAL, r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{2,4}){3,8}(?![A-Za-z0-9])", iban),
    _recogniser("phone", _PERSONAL, r"(?<![\w.])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![\w-])"),
    _recogniser("phone", _PERSONAL, r"(?<![\w.])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}(?![\w-])", phone),
    _recogniser("phone", _PERSONAL, r"(?<![\w.-])(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[.-]\d{4}(?![\w-])"),
    _recogniser("ssn", _PERSONAL, r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"),
)


def open_key(text: str) -> bool:
    """Whether a PEM key has begun whose end is not there yet."""
    clean = Views(text).clean
    return any(key.end() == len(clean) for key in RECOGNISERS[0].form.finditer(clean))


class RecogniserCheck:
    """Judges by form alone: a hit is certain, its place is known."""

    name = "recognisers"

    def judge(self, views: Views, kind: Kind) -> Sequence[Evidence]:
        return [evidence for recogniser in RECOGNISERS for evidence in _found(recogniser, views)]


def _found(recogniser: Recogniser, views: Views) -> list[Evidence]:
    found = []
    for place in recogniser.form.finditer(views.clean):
        group = "it" if "it" in recogniser.form.groupindex else 0
        if recogniser.valid(place[group]):
            span = Span(*views.raw_span(*place.span(group)), f"[{recogniser.name}]")
            found.append(Evidence(recogniser.category, 1.0, recogniser.name, span))
    return found
