"""What a recogniser is: a form, a test of what has that form, and what it must not follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.domain.safety import Category

BEFORE_CHARS = 40
"""How much of what stands before a hit can tell that it is something else."""


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A form; group "it", or else all of the match, is found if `valid` agrees and it does not follow `unless`."""

    name: str
    category: Category
    form: re.Pattern[str]
    valid: Callable[[str], bool] = bool
    unless: re.Pattern[str] | None = None

    def places(self, clean: str) -> Iterator[tuple[int, int]]:
        """Where in `clean` it is found, as [start, end) characters."""
        group = "it" if "it" in self.form.groupindex else 0
        for hit in self.form.finditer(clean):
            start, end = hit.span(group)
            if self.valid(hit[group]) and not self._excused(clean, start):
                yield start, end

    def _excused(self, clean: str, start: int) -> bool:
        return self.unless is not None and bool(self.unless.search(clean[max(0, start - BEFORE_CHARS) : start]))


def recogniser(
    name: str,
    category: Category,
    form: str,
    valid: Callable[[str], bool] = bool,
    *,
    unless: re.Pattern[str] | None = None,
    flags: int = 0,
) -> Recogniser:
    """With \\w, \\d and \\b for ASCII alone: Chinese is written without spaces around numbers."""
    return Recogniser(name, category, re.compile(form, re.ASCII | flags), valid, unless)
