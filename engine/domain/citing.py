"""The numbers by which a text names its sources, such as [1]."""

from __future__ import annotations

import re
from collections.abc import Sequence

MARK = re.compile(r"\s?[\[【［](\d{1,2})[\]】］]")


def unmarked(text: str, numbers: Sequence[int] | None = None) -> str:
    """A draft as a customer may read it: without the numbers of its sources, or without these alone."""
    return MARK.sub(lambda found: "" if numbers is None or int(found[1]) in numbers else found[0], text)


def renumbered(text: str, numbers: Sequence[int]) -> tuple[str, dict[int, int]]:
    """The text with the sources that it names, `numbers`, counted from 1; and which number became which."""
    new = {old: place for place, old in enumerate(numbers, 1)}
    return MARK.sub(lambda found: found[0].replace(found[1], str(new[int(found[1])])), text), new
