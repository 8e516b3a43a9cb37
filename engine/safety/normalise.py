"""Undoes the ways of spelling a word so that a filter overlooks it and a reader does not.

Sources: Unicode UAX #15 (NFKC), UTS #39 (confusables; the few that imitate Latin letters), and the spellings of
HateCheck (Röttger et al. 2021). Each view is scored beside the plain text, never instead of it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Characters without a glyph that are not in category Cf."""

_CONFUSABLE = str.maketrans("аӓбвгԁеһіјӏкмнорԛѕтԝхуүсαβεικνορτυχωϲℓıɡ", "aabbrdehijlkmhopqstwxyycabeiknoptuxwclig")
_LEET = str.maketrans("013457@$!|", "oieastasil")
_LETTER = r"[^\W\d_]"
_LEET_WORD = re.compile(
    rf"(?<!{_LETTER})(?:(?:{_LETTER}+[013457@$!|]+)+{_LETTER}+|[@$]{_LETTER}{{2,}}|{_LETTER}{{2,}}\$(?!\w))"
)
_SPACED = re.compile(r"(?<!\w)\w(?P<gap>[ ._*\-~/]{1,2})\w(?:(?P=gap)\w){2,}(?!\w)", re.ASCII)
_GAP = re.compile(r"[ ._*\-~/]")
_CJK = "\u3400-\u4dbf\u4e00-\u9fff"
_CJK_GAP = re.compile(rf"(?<=[{_CJK}])[ ._*\-~/|+#&·・]+(?=[{_CJK}])")
_REPEATED = re.compile(r"(\w)\1{2,}")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Views:
    """One text as typed, as a reader sees it, and with its disguises taken off."""

    raw: str

    @cached_property
    def _clean(self) -> tuple[str, list[int]]:
        return _cleaned(self.raw)

    @property
    def clean(self) -> str:
        """NFKC without invisible characters; keeps case and line breaks."""
        return self._clean[0]

    @cached_property
    def plain(self) -> str:
        """`clean` in one case and with single spaces."""
        return _SPACE.sub(" ", self.clean.casefold()).strip()

    @cached_property
    def folded(self) -> str:
        """`plain` without look-alike letters, leetspeak, letters set apart, accents and drawn-out letters."""
        return fold(self.plain)

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Where [start, end) of `clean` stands in `raw`."""
        starts = self._clean[1]
        return starts[start], starts[end] if end < len(starts) else len(self.raw)


def fold(plain: str) -> str:
    """See `Views.folded`; `plain` must be casefolded. Until nothing comes off: letters set apart can be leetspeak."""
    while (folded := _folded_once(plain)) != plain:
        plain = folded
    return plain


def _folded_once(plain: str) -> str:
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
        plain = unicodedata.normalize("NFC", plain)
        if any("a" <= c <= "z" for c in plain):
            plain = plain.translate(_CONFUSABLE)
        plain = _CJK_GAP.sub("", plain)
    plain = _LEET_WORD.sub(lambda word: word[0].translate(_LEET), plain)
    plain = _SPACED.sub(lambda letters: _GAP.sub("", letters[0]), plain)
    return _REPEATED.sub(r"\1\1", plain)


def _cleaned(raw: str) -> tuple[str, list[int]]:
    """The clean text, and for each of its characters the place in `raw` where it begins."""
    if raw.isascii():
        return raw, list(range(len(raw)))
    clean: list[str] = []
    starts: list[int] = []
    for start, cluster in _clusters(raw):
        form = unicodedata.normalize("NFKC", cluster)
        clean.append(form)
        starts.extend([start] * len(form))
    return "".join(clean), starts


def _clusters(raw: str) -> list[tuple[int, str]]:
    """Visible characters with the marks that belong to them, each with its place."""
    clusters: list[tuple[int, str]] = []
    for place, char in enumerate(raw):
        if _invisible(char):
            continue
        if clusters and unicodedata.combining(unicodedata.normalize("NFKC", char)[0]):
            start, cluster = clusters[-1]
            clusters[-1] = (start, cluster + char)
        else:
            clusters.append((place, char))
    return clusters


def _invisible(char: str) -> bool:
    return unicodedata.category(char) == "Cf" or char in _INVISIBLE or "\ufe00" <= char <= "\ufe0f"
