"""Mends what can be mended without a model, and without saying anything else than the text says.

Spellings by the glossary, hashtags beyond the limit, a cut at a sentence's end, who signs it: each stays only where the
text has fewer shortfalls with it than without. Disclaimers stay in any case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from engine.domain.recipe import Format
from engine.recipes import measures
from engine.recipes.checks import as_pattern
from engine.recipes.demands import Demands

_TAGS = re.compile(r"(?:\s*[#＃]\w+)+\s*\Z")
_ENDS = re.compile(r"[.!?…]+[\"'”’)]*(?=\s|\Z)|[。！？…]+[”’）」』]*|\n(?=\s*\n)")
_LENGTHS = ("too_many_words", "too_many_han_characters", "too_many_characters", "too_many_x_characters")
_LEAST_KEPT = 0.4
"""A cut that would leave a smaller share of the text is none: what is left would not be that text any more."""

Mend = Callable[[str, Demands], str]


def mended(text: str, demands: Demands) -> str:
    """The text with all that helps, and with its disclaimers in any case."""
    best, left = text, len(demands.shortfalls(_disclaimed(text, demands)))
    for mend in (_spelt, _tagged, _cut, _closed):
        tried = mend(best, demands)
        if tried != best and (count := len(demands.shortfalls(_disclaimed(tried, demands)))) < left:
            best, left = tried, count
    return _disclaimed(best, demands)


def _disclaimed(text: str, demands: Demands) -> str:
    missing = demands.missing_disclaimers(text)
    return "\n\n".join((text.rstrip(), *missing)) if missing and text.strip() else text


def _spelt(text: str, demands: Demands) -> str:
    for term in demands.voice.glossary:
        right = term.right.of(demands.lang)
        for wrong in term.wrong:
            text = right.join(re.split(as_pattern(wrong), text, flags=re.ASCII))
    return text


def _tagged(text: str, demands: Demands) -> str:
    """Without the hashtags beyond the limit: the last go, and inside a sentence only their sign."""
    most = demands.recipe.shape_for(demands.values).hashtags.most if demands.recipe else None
    if most is None or len(measures.hashtags(text)) <= most:
        return text
    tail = _TAGS.search(text)
    body, tags = (text[: tail.start()], tail[0].split()) if tail else (text, [])
    inside = len(measures.hashtags(body))
    kept = tags[: max(0, most - inside)]
    if inside > most:
        places = [found.start() for found in re.finditer(r"[#＃](?=\w)", body)][most:]
        body = "".join(char for place, char in enumerate(body) if place not in places)
    return f"{body.rstrip()}{_gap(text, tail)}{' '.join(kept)}" if kept else body.rstrip()


def _gap(text: str, tail: re.Match[str] | None) -> str:
    """What stood between the text and its hashtags."""
    return re.match(r"\s*", tail[0])[0] if tail else ""  # type: ignore[index]  # matches always


def _cut(text: str, demands: Demands) -> str:
    """Ended at the last sentence with which it is no longer than it may be, its hashtags kept."""
    recipe = demands.recipe
    shape = recipe.shape_for(demands.values) if recipe else None
    if shape is None or shape.sections or shape.format is not Format.PLAIN or not _too_long(text, demands):
        return text
    tail = _TAGS.search(text)
    body, tags = (text[: tail.start()], tail[0].rstrip()) if tail else (text, "")
    for end in reversed(list(_sentence_ends(body))):
        kept = body[:end].rstrip() + tags
        if len(kept) < _LEAST_KEPT * len(text):
            return text
        if not _too_long(kept, demands):
            return kept
    return text


def _sentence_ends(text: str) -> Iterator[int]:
    yield from (found.end() for found in _ENDS.finditer(text))


def _closed(text: str, demands: Demands) -> str:
    """With the lines of its recipe's end that are not there."""
    missing = demands.missing_closing(text) if text.strip() else []
    return "\n\n".join((text.rstrip(), *missing)) if missing else text


def _too_long(text: str, demands: Demands) -> bool:
    """With its disclaimers, which need their room."""
    return any(found.code in _LENGTHS for found in demands.shortfalls(_disclaimed(text, demands)))
