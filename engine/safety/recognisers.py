"""Finds personal data and secrets by their form and, where they have one, their checksum.

The forms stand in secrets.py and personal.py. No recogniser but PEM reaches over the end of a sentence, and neither
do the words that must stand before a hit: a stream relies on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.domain.request import Kind
from engine.safety import personal, secrets
from engine.safety.evidence import Evidence, Span, redacted
from engine.safety.normalise import Views
from engine.safety.recogniser import Recogniser


def open_key(text: str) -> bool:
    """Whether a PEM key has begun whose end is not there yet."""
    clean = Views(text).clean
    return any(key.end() == len(clean) for key in secrets.RECOGNISERS[0].form.finditer(clean))


def places(clean: str) -> list[tuple[Recogniser, int, int]]:
    """What is found in a clean text, and where, as [start, end) characters.

    A secret is not personal data as well, and what lies within another hit is not told again.
    """
    hits = list(_found(secrets.RECOGNISERS, clean))
    hidden = [(start, end) for _, start, end in hits]
    for hit in _found(personal.RECOGNISERS, clean):
        is_secret = any(hit[1] < end and start < hit[2] for start, end in hidden)
        if not (is_secret or any(start <= hit[1] and hit[2] <= end for _, start, end in hits)):
            hits.append(hit)
    return hits


def _found(recognisers: Iterable[Recogniser], clean: str) -> Iterator[tuple[Recogniser, int, int]]:
    return ((each, start, end) for each in recognisers for start, end in each.places(clean))


def masked(text: str) -> str:
    """The text with a placeholder for each piece of personal data and each secret that its form gives away."""
    views = Views(text)
    spans = [_span(views, each, start, end) for each, start, end in places(views.clean)]
    return redacted(text, spans)


def _span(views: Views, each: Recogniser, start: int, end: int) -> Span:
    return Span(*views.raw_span(start, end), f"[{each.name}]")


class RecogniserCheck:
    """Judges by form alone: a hit is certain, its place is known."""

    name = "recognisers"

    def judge(self, views: Views, kind: Kind) -> Sequence[Evidence]:
        return [
            Evidence(each.category, 1.0, each.name, _span(views, each, start, end))
            for each, start, end in places(views.clean)
        ]
