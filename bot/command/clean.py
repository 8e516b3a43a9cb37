"""Plain text out of what Slack sends: no escapes, no control sequences, nothing invisible.

Slack's side of it: docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

import re
import unicodedata

_SEQUENCE = re.compile(r"<([@#!]|[a-z][a-z0-9+.-]*:)([^<>]*)>", re.IGNORECASE)
_LINE_BREAK = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_JOINERS = "\u200c\u200d"
"""Invisible, but emoji and some scripts are made with them."""
_ENDS = f" \n{_JOINERS}"
_BLANK = f"{_ENDS}\ufe0e\ufe0f\u034f\u115f\u1160\u2800\u3164\uffa0"
"""Variation selectors, fillers and the empty Braille pattern: letters and signs that show nothing."""


def clean(text: str) -> str:
    """What the person meant to write; line breaks stay, every other white space becomes a space."""
    text = _SEQUENCE.sub(_readable, text)  # once: Slack nests none, and a heap of brackets would take seconds
    return visible(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def visible(text: str) -> str:
    """Without control characters, text direction tricks, halves of characters and blank ends; "" if all is blank."""
    if text.isascii() and text.isprintable():  # the usual command, in a tenth of the time
        return text.strip()
    seen = "".join(map(_visible, _LINE_BREAK.sub("\n", text)))
    return seen.strip(_ENDS) if seen.strip(_BLANK) else ""


def _visible(character: str) -> str:
    if character in _JOINERS or character == "\n":
        return character
    if character == "\t":
        return " "
    match unicodedata.category(character):
        case "Cc" | "Cf" | "Cs":
            return ""
        case "Zs":
            return " "
    return character


def _readable(found: re.Match[str]) -> str:
    """A mention, a channel or a link as people would write it."""
    sign, rest = found.groups()
    target, _, label = rest.partition("|")
    match sign:
        case "@" | "#":
            return sign + (label or target).removeprefix(sign)
        case "!":
            name = label or target.partition("^")[0]
            return name if label and not target.startswith(("here", "channel", "everyone")) else f"@{name}"
    return label or ("" if sign.lower() == "mailto:" else sign) + target
