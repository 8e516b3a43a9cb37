"""Which workers are ready, in Redis: one key per worker that expires unless renewed, for `aigc check` and people."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import redis
from pydantic import TypeAdapter

from engine.domain.request import Kind

log = logging.getLogger(__name__)

EXPIRES_S = 30
_PREFIX = "aigc:worker:"


@dataclass(frozen=True, slots=True)
class WorkerSign:
    """One worker that is ready: its name, what it makes and the models it has loaded."""

    owner: str
    kinds: tuple[Kind, ...]
    models: tuple[str, ...]


_SIGN = TypeAdapter(WorkerSign)


class WorkerBoard:
    """Without Redis nobody sees the worker, and nothing else is lost."""

    def __init__(self, client: redis.Redis, owner: str = "") -> None:
        self._client = client
        self._owner = owner

    def show(self, kinds: Sequence[Kind], models: Sequence[str]) -> None:
        """Say that this worker is ready; call again before EXPIRES_S have passed."""
        sign = WorkerSign(self._owner, tuple(kinds), tuple(models))
        try:
            self._client.set(_PREFIX + self._owner, _SIGN.dump_json(sign), ex=EXPIRES_S)
        except redis.RedisError as error:
            log.debug("this worker cannot be seen: %s", type(error).__name__)

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
