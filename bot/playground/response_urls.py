"""Response URLs: five answers within 30 minutes, without a token.

docs.slack.dev/interactivity/handling-user-interaction
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.playground import seed
from bot.playground.errors import SlackError

_USES = 5
_TTL_S = 30 * 60.0
_KEPT = 10_000


@dataclass(slots=True)
class Grant:
    """The right to answer one interaction."""

    user: str
    channel: str
    ts: str
    """The message that the person acted on; "" for a command."""
    until: float
    left: int = _USES


class ResponseUrls:
    def __init__(self, public_url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._public_url = public_url
        self._clock = clock
        self._grants: OrderedDict[str, Grant] = OrderedDict()

    def issue(self, kind: str, user: str, channel: str, ts: str = "") -> str:
        """A new address; `kind` is "commands", "actions" or "app", the first part of its path."""
        token = secrets.token_urlsafe(24)
        self._grants[token] = Grant(user, channel, ts, self._clock() + _TTL_S)
        while len(self._grants) > _KEPT:
            self._grants.popitem(last=False)
        return f"{self._public_url}/{kind}/{seed.TEAM_ID}/{secrets.randbelow(10**12)}/{token}"

    def use(self, token: str) -> Grant:
        """Raises SlackError: expired_url, used_url."""
        grant = self._grants.get(token)
        if grant is None or self._clock() > grant.until:
            raise SlackError("expired_url", status=404)
        if grant.left <= 0:
            raise SlackError("used_url", status=404)
        grant.left -= 1
        return grant
