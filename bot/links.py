"""Links to an image under review, each for one reviewer and a short time: signed, so that none can be made up.

HMAC-SHA256 (RFC 2104) with a key derived from a secret that the bot has anyway, so that several bots of one
installation know each other's links, and nothing needs to be stored.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

LIFE_S = 15 * 60
"""How long a link works."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a link is for: one image of one job, one reviewer, until a time (epoch seconds)."""

    job_id: str
    number: int
    """0-based place among the job's artifacts."""
    user: str
    until: int

    @property
    def path(self) -> str:
        return f"{self.job_id}/{self.number}/{self.user}/{self.until}"


class Links:
    """`base_url` is where people reach the bot, without a slash at the end; "" makes no links."""

    def __init__(self, secret: str, base_url: str, clock: Callable[[], float] = time.time) -> None:
        self._key = hmac.digest(secret.encode(), b"aigc: links to images under review", "sha256")
        self._base_url = base_url.rstrip("/")
        self._clock = clock

    def make(self, job_id: str, number: int, user: str) -> str:
        """A URL that works for LIFE_S; "" where there is no address to reach the bot at."""
        if not self._base_url:
            return ""
        ticket = Ticket(job_id, number, user, int(self._clock()) + LIFE_S)
        return f"{self._base_url}/review/{ticket.path}/{self._signature(ticket)}"

    def valid(self, ticket: Ticket, signature: str) -> bool:
        """Whether we made it, and its time is not up."""
        known = hmac.compare_digest(self._signature(ticket).encode(), signature.encode())
        return known and self._clock() <= ticket.until

    def _signature(self, ticket: Ticket) -> str:
        return hmac.new(self._key, ticket.path.encode(), sha256).hexdigest()
