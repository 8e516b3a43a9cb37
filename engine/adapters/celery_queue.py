"""Carries job ids through Celery, on Redis or RabbitMQ.

Sources: docs.celeryq.dev (configuration, optimizing: reserve one task at a time), kombu's Redis transport options.
Celery's defaults suit short tasks. Ours are long: a worker takes one message per free thread and acknowledges it when
the job is done. What a dead worker held comes back through the job's lease, long before the broker notices.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import Celery
from kombu.exceptions import KombuError, OperationalError

from engine.domain.request import Kind
from engine.errors import QueueUnavailable
from engine.settings import EngineSettings
from engine.timing import Timing

GENERATE_TASK = "engine.generate"
DELIVER_TASK = "bot.deliver"
DELIVER_QUEUE = "deliver"

_SIGN = "aigc.sign"
"""A queue that nobody reads, with a message in it: gone when the broker forgot everything."""

_SOCKET_TIMEOUT_S = 5.0


def generate_queue(kind: Kind) -> str:
    """The queue's name: one per kind, so that a worker may take texts only, or images only."""
    return f"generate.{kind.value}"


def make_celery(settings: EngineSettings) -> Celery:
    """An app that knows how to send and how to receive; connects to nothing yet."""
    broker = settings.broker_url or settings.redis_url
    app = Celery("aigc", broker=broker, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_publish_retry=False,
        task_default_queue=DELIVER_QUEUE,
        task_routes={DELIVER_TASK: {"queue": DELIVER_QUEUE}},
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_send_task_events=False,
        worker_enable_remote_control=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=_SOCKET_TIMEOUT_S,
    )
    if broker.startswith(("redis://", "rediss://")):
        app.conf.broker_transport_options = _redis_options(settings)
    return app


def _redis_options(settings: EngineSettings) -> dict[str, Any]:
    return {
        "visibility_timeout": Timing.of(settings).visibility_timeout_s,
        "socket_timeout": _SOCKET_TIMEOUT_S,
        "socket_connect_timeout": _SOCKET_TIMEOUT_S,
        "socket_keepalive": True,
        "max_retries": 1,  # of a connection for sending; without it, sending waits for the broker for ever
        "interval_start": 0.1,
    }


class CeleryQueue:
    """The port JobQueue. Safe to use from many threads."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def generate(self, job_id: str, kind: Kind, delay_s: float = 0.0) -> None:
        self._send(GENERATE_TASK, job_id, generate_queue(kind), delay_s)

    def deliver(self, job_id: str) -> None:
        self._send(DELIVER_TASK, job_id, DELIVER_QUEUE)

    def waiting(self, kind: Kind) -> int:
        return self._count(generate_queue(kind))

    def forgot(self) -> bool:
        return self._count(_SIGN) == 0

    def remember(self) -> None:
        with (
            _translated(),
            self._app.connection_for_write() as connection,
            connection.SimpleQueue(_SIGN, serializer="json") as queue,
        ):
            queue.put("here")

    def _count(self, queue: str) -> int:
        with _translated(), self._app.connection_for_read() as connection:
            try:
                channel: Any = connection.default_channel  # its stub knows nothing of queues
                return int(channel.queue_declare(queue, passive=True).message_count)
            except connection.channel_errors:
                return 0  # there is no such queue before the first message, nor, in Redis, after the last

    def _send(self, task: str, job_id: str, queue: str, delay_s: float = 0.0) -> None:
        with _translated():
            countdown = delay_s or None
            self._app.send_task(task, args=(job_id,), queue=queue, countdown=countdown, retry=False, ignore_result=True)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (KombuError, OperationalError, OSError) as error:
        raise QueueUnavailable(f"the broker cannot be reached: {type(error).__name__}") from error
