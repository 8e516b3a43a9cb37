"""A real Redis for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.adapters.embedded_redis import EmbeddedRedis


@contextmanager
def redis_server(folder: Path) -> Iterator[EmbeddedRedis]:
    """Yield an empty server on a free port; its `url` is what settings want."""
    with EmbeddedRedis(folder) as server:
        yield server
