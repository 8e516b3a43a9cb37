"""Names people in mrkdwn by their ids, and nobody by what somebody wrote."""

from __future__ import annotations

import re

from bot.slack.text import escape

_USER = re.compile(r"[UW][A-Z0-9]+")


def person(user: str) -> str:
    """A mention of a user id, which reads as a name; anything else, such as "operator:ada", as it is."""
    return f"<@{user}>" if _USER.fullmatch(user) else escape(user)
