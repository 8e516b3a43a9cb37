"""Other texts that a text can be read as: what its base64 says, and its pinyin in Chinese characters.

Each is judged as a text of its own, beside the one it stands in.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.safety.normalise import Views
from engine.safety.pinyin import respelled

MOST_RUNS = 8
"""Of base64, each read by itself; more are read together, since every reading takes its time."""

_RUN = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{16,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*={0,2}(?![\w+/=-])")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, and the place of the raw text that says it; without a place it is the whole, written differently."""

    text: str
    how: str
    """"base64" or "pinyin"."""
    place: tuple[int, int] | None = None


def readings(views: Views) -> Iterator[Reading]:
    """None for most texts."""
    found = [(run.span(), text) for run in _RUN.finditer(views.clean) if (text := decoded(run[0]))]
    if len(found) > MOST_RUNS:
        found = [((found[0][0][0], found[-1][0][1]), "\n".join(text for _, text in found))]
    for (start, end), text in found:
        yield Reading(text, "base64", views.raw_span(start, end))
    if (other := respelled(views.clean)) != views.clean:
        yield Reading(other, "pinyin")


def decoded(run: str) -> str:
    """What a run of base64 says, in either alphabet, or "" if it says nothing that people read."""
    compact = re.sub(r"\s", "", run).rstrip("=").translate(_STANDARD)
    compact = compact[: len(compact) - (len(compact) % 4 == 1)]
    try:
        text = base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return text if _readable(text) else ""


_STANDARD = str.maketrans("-_", "+/")


def _readable(text: str) -> bool:
    """Mostly letters, and nothing that does not print: a random run decodes to neither."""
    letters = sum(char.isalpha() for char in text)
    return 2 * letters > len(text) and all(char.isprintable() or char.isspace() for char in text)
