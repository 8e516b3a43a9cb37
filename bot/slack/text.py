"""Text that Slack can show and cannot misread: escaped, measured, cut to a length.

Rules: docs.slack.dev/messaging/formatting-message-text#escaping; graphemes: Unicode Annex 29 (wcwidth).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from wcwidth import iter_graphemes

Measure = Callable[[str], int]

JOINER = "\u2060"
"""Word joiner: takes no room, and what it stands in is no mention or link any more."""
_SEQUENCE = re.compile(
    r"(?:[<＜﹤]|&(?:lt|#0*60|#x0*3c);)(?=[@＠#＃!！](?:channel|here|everyone|group|subteam|date|[A-Z0-9]{2,}))"
    r"|[@＠](?=channel|here|everyone)",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?<=\w:)(?=//)|(?<=\bwww)(?=\.)|(?<=\bmailto)(?=:)"
    r"|(?<=\])(?=\(\s*<?[^\s()<>]*[./:]|:\s*\S{0,300}\w[./:]\w)",  # Markdown's links, but not code such as a[0](b)
    re.IGNORECASE,
)


def utf16(text: str) -> int:
    """Length as Slack's clients count it."""
    return len(text.encode("utf-16-le")) // 2


def utf8(text: str) -> int:
    """Length in bytes."""
    return len(text.encode())


def escaped(text: str) -> int:
    """Length that it has once it is escaped, as Slack's clients count it; joiners may add a third."""
    return utf16(_entities(text))


def defuse(text: str) -> str:
    """The same to the eye, but nothing in it can address anybody, wherever it is pasted."""
    return _SEQUENCE.sub(lambda found: found[0] + JOINER, text)


def inert(text: str) -> str:
    """For a Markdown block: nothing in it can address anybody, and nothing is clickable or unfurls."""
    return _LINK.sub(JOINER, defuse(text))


def escape(text: str) -> str:
    """For mrkdwn and a message's text: no mention, no link, no control sequence; nothing here is clickable."""
    return _entities(inert(text))


def code(text: str) -> str:
    """A fence in mrkdwn around `text`, unchanged for whoever copies it but for backticks that would close it."""
    return "```" + _entities(text.replace("```", "'''")) + "```"


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def one_line(text: str) -> str:
    return " ".join(text.split())


def cut(text: str, limit: int, measure: Measure = utf16) -> str:
    """At most `limit` long, with "…" where something is missing; never half a character."""
    if measure(text) <= limit:
        return text
    return head(text, limit - measure("…"), measure).rstrip() + "…"


def head(text: str, limit: int, measure: Measure) -> str:
    """The longest beginning that fits, of whole characters as people see them."""
    size, end = 0, 0
    for grapheme in iter_graphemes(text):
        size += measure(grapheme)
        if size > limit:
            break
        end += len(grapheme)
    return text[:end]
