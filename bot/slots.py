"""Slack's rates, respected before Slack has to say so, by all delivery processes together, in Redis.

Slack lets an app post about one message a second in a channel, and some hundred a minute in a workspace; it limits
other methods by the minute and workspace (docs.slack.dev/apis/web-api/rate-limits: tier 3 is 50 calls, tier 4 is 100).
A turn is a place in a queue of the generic cell rate algorithm (ITU-T I.371): whoever comes gets the next free moment
of the channel, then of the workspace, and keeps it. So nobody has to ask again and again, those who came first
write first, and a busy channel takes part in the workspace's queue no faster than it may write itself.

The library `limits` was looked at: it tells whether one more may come now, and keeps no place for who may not.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import redis

from bot.ports import Call, Reason

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rate:
    """One call every `interval_s`, and up to `burst` at once after a pause."""

    interval_s: float
    burst: int

    @classmethod
    def per_minute(cls, most: int) -> Rate:
        """Never more than `most` calls in any minute: a fifth of them may come at once."""
        burst = max(most // 5, 1)
        return cls(60.0 / max(most - burst, 1), burst)


@dataclass(frozen=True, slots=True)
class Rates:
    """What Slack allows: of each call in one channel, and in the whole workspace."""

    channel: Mapping[Call, Rate]
    workspace: Mapping[Call, Rate]

    @classmethod
    def of_slack(cls, posts_per_s: float = 1.0, updates_per_minute: int = 50) -> Rates:
        """`posts_per_s` is for each channel, `updates_per_minute` (chat.update, tier 3) for all together."""
        writing = Rate(1 / posts_per_s, 4)
        posts_per_minute = max(300, int(60 * posts_per_s))
        return cls(
            {"post": writing, "update": writing},
            {
                "post": Rate.per_minute(posts_per_minute),
                "update": Rate.per_minute(updates_per_minute),
                "upload": Rate.per_minute(max(100, updates_per_minute)),
                "find": Rate.per_minute(max(50, updates_per_minute)),
            },
        )


_TURN = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local stage, due = 1, nil
local kept = redis.call('GET', KEYS[1])
if kept then
  local s, d = string.match(kept, '(%d+) (.+)')
  stage, due = tonumber(s), tonumber(d)
end
local stages = #ARGV / 2
for i = stage, stages do
  local interval, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local shut_ms = redis.call('PTTL', KEYS[2 * i + 1])
  if shut_ms > 0 then
    return string.format('%.6f', shut_ms / 1000)
  end
  if not due or now > due + interval * burst then
    local free = math.max(tonumber(redis.call('GET', KEYS[2 * i]) or '0'), now)
    due = free - interval * (burst - 1)
    local keep_ms = math.ceil((free + interval - now) * 1000) + 1000
    redis.call('SET', KEYS[2 * i], string.format('%.6f', free + interval), 'PX', keep_ms)
  end
  if kept and due < now then
    due = now
  end
  redis.call('SET', KEYS[1], string.format('%d %.6f', i, due), 'PX', math.ceil(math.max(due - now, 0) * 1000) + 60000)
  if due > now then
    return string.format('%.6f', due - now)
  end
  if i < stages then
    due = nil
  end
end
return '0'
"""
"""KEYS: where the turn is kept, then for each rate when it is free again, and what lives for as long as it is shut.
ARGV: each rate's interval and burst.

What is kept is the rate that it waits for, and until when. A moment that was missed by more than the burst is gone:
many that come late together would be too many at once. Whoever asks in time, and is not ready, keeps it.
"""

_SPARE = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
return (free - now) <= interval * burst / 2 and 1 or 0
"""
"""Whether half of the burst is left."""


class RedisSlots:
    """The Slots over Redis keys that expire by themselves. Without Redis, results go out and progress is left out."""

    def __init__(self, client: redis.Redis, interval_s: float, rates: Rates | None = None) -> None:
        self._client = client
        self.interval_s = interval_s
        self._rates = rates or Rates.of_slack()
        self._turn = client.register_script(_TURN)
        self._spare = client.register_script(_SPARE)

    def take(self, channel: str) -> bool:
        """An update that is left out costs a glimpse, one too many costs a result its turn."""
        rate = self._rates.workspace["update"]
        try:
            spare = self._spare(keys=[_key("free", "update")], args=[rate.interval_s, rate.burst])
            return bool(spare) and self._first(f"aigc:slot:{channel}", self.interval_s)
        except redis.RedisError as error:
            return _without_redis(error, False)

    def come_back(self, what: str, reason: Reason, in_s: float) -> bool:
        """Remembered for a little less than that: whoever comes back in time may be the first to ask again."""
        try:
            return self._first(f"aigc:again:{reason}:{what}", in_s * 0.9)
        except redis.RedisError as error:
            return _without_redis(error, False)

    def turn(self, call: Call, channel: str, who: str) -> float:
        keys, arguments = [f"aigc:turn:{who}"], list[float]()
        for scope, rates in ((channel, self._rates.channel), ("", self._rates.workspace)):
            if rate := rates.get(call):
                keys += [_key("free", call, scope), _key("shut", call, scope)]
                arguments += [rate.interval_s, rate.burst]
        try:
            return float(self._turn(keys=keys, args=arguments))
        except redis.RedisError as error:
            return _without_redis(error, 0.0)

    def used(self, who: str) -> None:
        try:
            self._client.delete(f"aigc:turn:{who}")
        except redis.RedisError as error:
            _without_redis(error, None)

    def shut(self, call: Call, channel: str, for_s: float) -> None:
        """Posts are limited by channel, all else in the workspace."""
        key = _key("shut", call, channel if call == "post" else "")
        try:
            self._client.set(key, 1, px=max(int(for_s * 1000), 1))
        except redis.RedisError as error:
            _without_redis(error, None)

    def patient(self, job_id: str, for_s: float) -> bool:
        key = f"aigc:patient:{job_id}"
        try:
            self._client.set(key, f"{time.time():.3f}", nx=True, ex=int(for_s) + 600)
            since = self._client.get(key)
            return isinstance(since, bytes) and time.time() - float(since) < for_s
        except redis.RedisError as error:
            return _without_redis(error, False)

    def _first(self, key: str, for_s: float) -> bool:
        return bool(self._client.set(key, 1, nx=True, px=max(int(for_s * 1000), 1)))


def _key(what: str, call: Call, channel: str = "") -> str:
    return f"aigc:{what}:{call}:{channel}"


def _without_redis(error: redis.RedisError, otherwise: T) -> T:
    log.warning("no rate limits without Redis, leaving progress out: %s", type(error).__name__)
    return otherwise
