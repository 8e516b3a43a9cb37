"""The latest progress of running jobs, in Redis: one key per job, which expires by itself."""

from __future__ import annotations

import logging

import redis
from pydantic import TypeAdapter
from redis.backoff import NoBackoff
from redis.retry import Retry

from engine.domain.result import Progress

log = logging.getLogger(__name__)

EXPIRES_S = 3600

_PROGRESS = TypeAdapter(Progress)


class RedisProgressBoard:
    """The port ProgressBoard. Without Redis there is no progress to see, and nothing else is lost."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def put(self, job_id: str, progress: Progress) -> None:
        try:
            self._client.set(_key(job_id), _PROGRESS.dump_json(progress), ex=EXPIRES_S)
        except redis.RedisError as error:
            log.debug("progress of job %s is lost: %s", job_id, type(error).__name__)

    def get(self, job_id: str) -> Progress | None:
        try:
            data = self._client.get(_key(job_id))
            return _PROGRESS.validate_json(data) if isinstance(data, bytes) else None
        except (redis.RedisError, ValueError) as error:
            log.debug("progress of job %s cannot be read: %s", job_id, type(error).__name__)
            return None


def connect(url: str) -> redis.Redis:
    """A client with short timeouts, because nothing that asks it is worth waiting for; connects on first use.

    A connection that broke is made anew once and at once: by default, redis-py waits seconds in between.
    """
    retry = Retry(NoBackoff(), 1)
    return redis.Redis.from_url(url, socket_connect_timeout=2.0, socket_timeout=2.0, retry=retry)


def _key(job_id: str) -> str:
    return f"aigc:progress:{job_id}"
