"""Progress comes back as it was put; without Redis there is none, and nobody is hurt."""

from __future__ import annotations

import redis

from engine.adapters.redis_progress import RedisProgressBoard, connect
from engine.domain.result import Progress

PROGRESS = Progress(texts=("Eins.", "二。"), step=3, steps=8, preview="ab.png", phase="running")


def test_the_latest_progress_comes_back(redis_url: str) -> None:
    board = RedisProgressBoard(connect(redis_url))
    board.put("a", Progress(step=1))
    board.put("a", PROGRESS)
    assert RedisProgressBoard(connect(redis_url)).get("a") == PROGRESS
    assert board.get("b") is None


def test_progress_does_not_stay_for_ever(redis_url: str) -> None:
    RedisProgressBoard(connect(redis_url)).put("a", PROGRESS)
    with redis.Redis.from_url(redis_url) as client:
        assert 0 < client.ttl("aigc:progress:a") <= 3600


def test_without_redis_there_is_no_progress_and_no_error() -> None:
    board = RedisProgressBoard(connect("redis://127.0.0.1:1/0"))
    board.put("a", PROGRESS)
    assert board.get("a") is None


def test_what_another_version_wrote_is_no_progress(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("aigc:progress:a", b'{"step": "many"}')
    assert RedisProgressBoard(connect(redis_url)).get("a") is None
