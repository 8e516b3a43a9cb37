"""Tells real numbers from those that only look alike, by their checksums and by who may issue them.

Sources: ISO/IEC 7812-1 (Luhn, issuer prefixes), ISO 13616 (IBAN, modulo 97), GB 11643-1999 (Chinese identity numbers,
ISO 7064 mod 11-2, province codes of GB/T 2260), the Hong Kong identity card's check digit.
"""

from __future__ import annotations

import re
from datetime import date

_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123]|91")
_ISSUERS = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11,16}|35\d{14}"
    r"|(?:1800|2131)\d{11}|6\d{11,18}|5(?:0|[6-9])\d{10,17}|955[89]\d{12,15}"
)
"""Visa, Mastercard, American Express, Diners Club, JCB, UnionPay, Discover, Maestro, and old Chinese debit cards."""

_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_DATE = re.compile(rf"(?:20\d\d[-/.]{_MONTH}[-/.]{_DAY}|{_DAY}[-/.]{_DAY}[-/.](?:20)?\d\d)(?!\d|[-/.]\d)")
_FREE_LINE = re.compile(r"1?8(?:00|33|44|55|66|77|88)\d{7}|400\d{7}")
"""In North America, and in China."""


def digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def card(text: str) -> bool:
    number = digits(text)
    return bool(_ISSUERS.fullmatch(number)) and len(set(number)) > 1 and luhn(number)


def iban(text: str) -> bool:
    compact = text.replace(" ", "").upper()
    return 15 <= len(compact) <= 34 and int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def chinese_id(text: str) -> bool:
    """18 characters, or 15 of before 1999, which have no check digit."""
    number = re.sub(r"[ -]", "", text).upper()
    born = number[6:14] if len(number) == 18 else f"19{number[6:12]}"
    try:
        date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return False
    return bool(_PROVINCES.match(number)) and (len(number) == 15 or _mod_11_2(number))


def _mod_11_2(number: str) -> bool:
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17]


def hong_kong_id(text: str) -> bool:
    """One or two letters, six digits and the check digit, e.g. A123456(3)."""
    number = re.sub(r"[ ()]", "", text).upper().rjust(9)
    values = [36 if c == " " else int(c, 36) for c in number[:8]]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return "0123456789A"[(11 - total % 11) % 11] == number[8]


def phone(text: str) -> bool:
    """As long as ITU-T E.164 allows, and no date, no round number and no company's free line."""
    number = digits(text)
    plausible = 7 <= len(number) <= 15 and len(set(number)) > 1 and not number.endswith("0000")
    return plausible and not _DATE.match(text) and not _FREE_LINE.fullmatch(number)


def mixed(text: str) -> bool:
    """Letters and digits both: a key, not a word."""
    return bool(re.search(r"\d", text) and re.search(r"[A-Za-z]", text))
