"""Which workers are ready, in Redis: one key per worker that expires unless renewed, for health checks and people."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Event

import redis
from pydantic import TypeAdapter

log = logging.getLogger(__name__)

EXPIRES_S = 30
_PREFIX = "aigc:worker:"


@dataclass(frozen=True, slots=True)
class WorkerSign:
    """One worker that is ready: its name, "host:pid" and more; its work, "copy", "draw" or "deliver"; its models."""

    owner: str
    work: tuple[str, ...]
    models: tuple[str, ...]


_SIGN = TypeAdapter(WorkerSign)


class WorkerBoard:
    """Without Redis nobody sees the worker, and nothing else is lost."""

    def __init__(self, client: redis.Redis, owner: str = "") -> None:
        self._client = client
        self._owner = owner

    def show(self, work: Sequence[str], models: Sequence[str]) -> None:
        """Say that this worker is ready; call again before EXPIRES_S have passed."""
        sign = WorkerSign(self._owner, tuple(work), tuple(models))
        try:
            self._client.set(_PREFIX + self._owner, _SIGN.dump_json(sign), ex=EXPIRES_S)
        except redis.RedisError as error:
            log.debug("this worker cannot be seen: %s", type(error).__name__)

    def keep_showing(self, work: Sequence[str], models: Callable[[], Sequence[str]], stop: Event) -> None:
        """Show it until `stop` is set, then remove it."""
        while True:
            self.show(work, models())
            if stop.wait(EXPIRES_S / 3):
                break
        self.remove()

    def remove(self) -> None:
        with suppress(redis.RedisError):
            self._client.delete(_PREFIX + self._owner)

    def ready(self) -> tuple[WorkerSign, ...]:
        """All workers that are ready. Raises redis.RedisError."""
        return tuple(self._signs())

    def _signs(self) -> Iterator[WorkerSign]:
        for key in sorted(self._client.scan_iter(f"{_PREFIX}*")):
            data = self._client.get(key)
            if isinstance(data, bytes):
                yield _SIGN.validate_json(data)
