"""Says in words what a text is not that its recipe or the team's voice asks for."""

from __future__ import annotations

from collections.abc import Iterator

from bot.locales import t, texts
from bot.slack.blocks import Json, context
from bot.slack.text import cut, escape, one_line
from engine.domain.result import Artifact, Shortfall

_SAID_CHARS = 200
_MOST_CHARS = 2_000


def shortfalls(locale: str, artifact: Artifact, *, many: bool) -> list[str]:
    """A title and a sentence each, as plain text; nothing where nothing is wrong. `many`: there are other variants."""
    if not artifact.shortfalls:
        return []
    title = t(locale, "shortfall.title_n", number=artifact.index + 1) if many else t(locale, "shortfall.title")
    return [title, *(f"• {sentence(locale, each)}" for each in artifact.shortfalls)]


def short_of(locale: str, artifact: Artifact, *, many: bool) -> Iterator[Json]:
    """The same as a block, a line each."""
    if lines := shortfalls(locale, artifact, many=many):
        yield context(cut(escape("\n".join([f":warning: {lines[0]}", *lines[1:]])), _MOST_CHARS))


def sentence(locale: str, each: Shortfall) -> str:
    """A code that this version has no words for is said as it is."""
    params = {name: _short(value) for name, value in each.params.items()}
    key = f"shortfall.{each.code}"
    return t(locale, key, **params) if key in texts("en") else each.code


def _short(value: str | int | float) -> str | int | float:
    return cut(one_line(value), _SAID_CHARS) if isinstance(value, str) else value
