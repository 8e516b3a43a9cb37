"""Makes what people and models wrote harmless to a terminal."""

from __future__ import annotations

import unicodedata

from rich.text import Text


def plain(text: str) -> str:
    """Without what would steer a terminal: sequences, then each single sign that controls something (Unicode's Cc)."""
    shown = Text.from_ansi(text).plain
    return "".join(sign for sign in shown if sign in "\n\t" or unicodedata.category(sign) != "Cc")
