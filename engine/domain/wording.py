"""Recognises a text again: the same words have the same digest, whatever a chat or an editor did to their looks."""

from __future__ import annotations

import hashlib
import re
import unicodedata

LEAST_BYTES = 24
"""Fewer letters than this, in UTF-8, prove nothing: anybody may say "Thank you!"."""

_EMOJI_NAME = re.compile(r":[a-z0-9_+'-]+:(?::skin-tone-\d:)?")


def digest(text: str) -> str:
    """SHA-256, hexadecimal, of the letters and digits of `text`; "" for too few of them.

    White space, format characters, punctuation and Markdown's marks do not count, nor do emoji: Slack writes
    them as `:names:`. Compatible forms count as the same (NFKC), case counts.
    """
    bare = _EMOJI_NAME.sub("", text)
    letters = "".join(char for char in unicodedata.normalize("NFKC", bare) if unicodedata.category(char)[0] in "LMN")
    encoded = letters.encode()
    return hashlib.sha256(encoded).hexdigest() if len(encoded) >= LEAST_BYTES else ""
