"""Rate limits in a real Redis."""

from __future__ import annotations

from pathlib import Path

import redis

from bot.slots import RedisSlots
from tests.support.redis import redis_server
from tests.support.waiting import until


def test_slots_are_shared_per_channel_and_come_back(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server, redis.Redis.from_url(server.url) as client:
        one, other = (RedisSlots(client, interval_s=0.2) for _ in range(2))
        assert one.take("C1")
        assert not other.take("C1")
        assert other.take("C2")
        until(lambda: other.take("C1"))


def test_the_first_to_ask_comes_back_for_a_job(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server, redis.Redis.from_url(server.url) as client:
        slots = RedisSlots(client, interval_s=60)
        assert slots.come_back("j1", "queue", 60)
        assert not slots.come_back("j1", "queue", 60)
        assert slots.come_back("j1", "slot", 60), "a job that started need not wait for the look at the queue"
        assert slots.come_back("j2", "queue", 60)


def test_without_redis_progress_is_left_out() -> None:
    with redis.Redis(host="127.0.0.1", port=9, socket_connect_timeout=1) as client:
        assert not RedisSlots(client, interval_s=1).take("C1")
