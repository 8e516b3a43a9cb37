"""Rate limits that all delivery processes share, in Redis.

Slack allows about one message a second in a channel (docs.slack.dev/apis/web-api/rate-limits).
"""

from __future__ import annotations

import logging

import redis

from bot.ports import Reason

log = logging.getLogger(__name__)


class RedisSlots:
    """The Slots over one Redis key per channel and per job and reason, which expire by themselves."""

    def __init__(self, client: redis.Redis, interval_s: float) -> None:
        self._client = client
        self.interval_s = interval_s

    def take(self, channel: str) -> bool:
        return self._first(f"aigc:slot:{channel}", self.interval_s)

    def come_back(self, job_id: str, reason: Reason, in_s: float) -> bool:
        return self._first(f"aigc:again:{reason}:{job_id}", in_s)

    def _first(self, key: str, for_s: float) -> bool:
        """False without Redis: an update that is left out costs a glimpse, one too many costs a rate limit."""
        try:
            return bool(self._client.set(key, 1, nx=True, px=max(int(for_s * 1000), 1)))
        except redis.RedisError as error:
            log.warning("no rate limits without Redis, leaving progress out: %s", error)
            return False
