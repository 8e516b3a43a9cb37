"""What a check hands to the policy: how sure it is of which category, and where in the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.domain.request import Kind
from engine.domain.safety import Category, Told
from engine.safety.normalise import Views


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the raw text, as [start, end) characters, and what to write there instead."""

    start: int
    end: int
    placeholder: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A score in [0, 1]; `detail` names the rule or label for the operator and never quotes the text."""

    category: Category
    score: float
    detail: str = ""
    span: Span | None = None
    """Where to redact; None where the check judges the whole."""


class TextCheck(Protocol):
    """One way to judge a text. Called from many threads; may raise or hang: the filter then closes."""

    name: str

    def judge(self, views: Views, kind: Kind) -> Sequence[Evidence]: ...


class OutputCheck(Protocol):
    """One way to judge what came out by what went in. Called from many threads; may raise or hang."""

    name: str
    whole: bool
    """While a text is written it wants to see all of it so far: what it looks for may come letter by letter."""

    def judge(self, views: Views, told: Told) -> Sequence[Evidence]: ...


def redacted(text: str, spans: Sequence[Span]) -> str:
    """The text with each span replaced by its placeholder; where spans overlap, the first and longest wins."""
    parts: list[str] = []
    done = 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.start >= done:
            parts += text[done : span.start], span.placeholder
        done = max(done, span.end)
    return "".join([*parts, text[done:]])
