"""A real Redis for the adapters that need one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.adapters.embedded_redis import EmbeddedRedis
from tests.support.redis import redis_server


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis_url(shared_redis: EmbeddedRedis) -> str:
    """An empty Redis."""
    import redis

    with redis.Redis.from_url(shared_redis.url) as client:
        client.flushall()
    return shared_redis.url
