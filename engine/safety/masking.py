"""Puts placeholders in the place of what an outside API must not see, the same for the same value in all its texts.

"[email 1]" keeps apart whom a text speaks of, so that a model can write about them without knowing them. A value that
was found in one text is hidden in all of them, where its form or the words around it would not give it away as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engine.safety.evidence import Span, redacted
from engine.safety.normalise import Views

LEAST_CHARS = 4
"""A shorter value is hidden where it was found, and nowhere else: it may be a word."""

_DIGITS_ONLY = re.compile(r"[\d\W_]+")
_NUMBER = re.compile(r"\+?\(?\d(?:[ ().-]{0,2}\d)*")
_CHINA = re.compile(r"(?:00)?86(?=1[3-9]\d{9}\Z)")


def same(value: str) -> str:
    """One spelling for all the ways to write a value."""
    clean = Views(value).plain
    if _DIGITS_ONLY.fullmatch(clean):
        return _CHINA.sub("", re.sub(r"\D", "", clean))
    return re.sub(r"\s", "", clean)


def stands_in(value: str, text: str) -> bool:
    """Whether a value, as `same` spells it, stands in a text in whatever spelling, and is no part of a longer one."""
    clean = Views(text).plain
    if value.isdigit():
        return any(same(number) == value for number in _NUMBER.findall(clean))
    spaced = r"\s*".join(map(re.escape, value))
    return re.search(rf"(?<![a-z0-9]){spaced}(?![a-z0-9])", clean) is not None


@dataclass(frozen=True, slots=True)
class Hidden:
    """A place in one of the texts; `restorable` if its value may come back."""

    span: Span
    restorable: bool


@dataclass(slots=True)
class Masking:
    """The placeholders of one call."""

    texts: Sequence[str]
    hidden: Sequence[Sequence[Hidden]]
    """Per text."""
    values: dict[str, str] = field(default_factory=dict, repr=False)
    """Placeholder -> the value as it was first written, where it may come back."""
    _names: dict[str, str] = field(default_factory=dict, repr=False)
    """A value, however it is written -> its placeholder."""
    _written: dict[str, str] = field(default_factory=dict, repr=False)
    """A value as it is written -> its placeholder."""
    _counts: Counter[str] = field(default_factory=Counter)

    def masked(self) -> tuple[str, ...]:
        for restorable in (False, True):  # what is a secret somewhere comes back nowhere
            for text, found in zip(self.texts, self.hidden, strict=True):
                for item in found:
                    if item.restorable is restorable:
                        self._name(text, item)
        return tuple(
            redacted(text, list(self._spans(text, found))) for text, found in zip(self.texts, self.hidden, strict=True)
        )

    def _name(self, text: str, item: Hidden) -> None:
        value = text[item.span.start : item.span.end]
        key = same(value)
        if key not in self._names:
            placeholder = item.span.placeholder
            self._names[key] = self._new(placeholder, value) if item.restorable else placeholder
        self._written[Views(value).clean] = self._names[key]

    def _new(self, placeholder: str, value: str) -> str:
        """A placeholder that stands in none of the texts already."""
        kind = placeholder.strip("[]")
        while True:
            self._counts[kind] += 1
            name = f"[{kind} {self._counts[kind]}]"
            if not any(name in text.casefold() for text in self.texts):
                self.values[name] = value
                return name

    def _spans(self, text: str, found: Sequence[Hidden]) -> Iterator[Span]:
        for item in found:
            span = item.span
            yield Span(span.start, span.end, self._names[same(text[span.start : span.end])])
        views = Views(text)
        for value, name in self._written.items():
            if len(value) >= LEAST_CHARS:
                for again in re.finditer(rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])", views.clean, re.I):
                    yield Span(*views.raw_span(*again.span()), name)
