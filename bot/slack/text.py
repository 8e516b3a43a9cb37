"""Text that Slack can show and cannot misread: escaped, measured, cut to a length.

Rules: docs.slack.dev/messaging/formatting-message-text#escaping; graphemes: Unicode Annex 29 (wcwidth).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from wcwidth import iter_graphemes

Measure = Callable[[str], int]

MOST_GIVEN_BACK = 3_000
"""Of what a person typed: Slack cuts longer texts, and would cut the end of the fence off."""

JOINER = "\u2060"
"""Word joiner: takes no room, and what it stands in is no mention or link any more."""
_UNSEEN = r"[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]*"
"""Signs that show nothing: whoever drops them finds the mention that stands around them."""


def _words(*words: str) -> str:
    return "|".join(_UNSEEN.join(word) for word in words)


_ALL = _words("channel", "here", "everyone")
_SEQUENCE = re.compile(
    rf"(?:[<＜﹤]|&(?:lt|#0*60|#x0*3c);)"
    rf"(?={_UNSEEN}[@＠#＃!！]{_UNSEEN}(?:{_ALL}|{_words('group', 'subteam', 'date')}|[A-Z0-9]{_UNSEEN}[A-Z0-9]))"
    rf"|[@＠](?={_UNSEEN}(?:{_ALL}))",
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


def given_back(typed: str) -> str:
    """A command as a person typed it, for them to copy; `typed` is plain text already, not as Slack escapes it."""
    return code(cut(typed, MOST_GIVEN_BACK))


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
