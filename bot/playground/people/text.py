"""What Slack makes of the text that a person types."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.playground.model import User
from bot.playground.shapes import escape

_KEPT = re.compile(r"&lt;(@U[A-Z0-9]+|#C[A-Z0-9]+)&gt;")
_LINK = re.compile(r"https?://[^\s<>|]*[^\s<>|.,;:!?)\]}\"'。，！？；：）]")


def typed(text: str, users: Iterable[User], *, smart_punctuation: bool = False) -> str:
    """Escaped, with mentions and links in angle brackets.

    A mention is `<@U123>` or `@` and a name; `smart_punctuation` does to dashes and quotes what a phone does.
    """
    if smart_punctuation:
        text = smart(text)
    text = _KEPT.sub(r"<\1>", escape(text))
    for user in users:
        for name in {user.name, user.real_name}:
            text = re.sub(rf"(?<![\w<])@{re.escape(name)}(?!\w)", f"<@{user.id}>", text, flags=re.IGNORECASE)
    return _LINK.sub(lambda found: f"<{found[0]}>", text)


def smart(text: str) -> str:
    """Two hyphens become a dash, straight quotes curly ones."""
    text = text.replace("--", "—")
    text = re.sub(r'(^|[\s(\[—])"', r"\1“", text).replace('"', "”")
    return re.sub(r"(^|[\s(\[—])'", r"\1‘", text).replace("'", "’")
