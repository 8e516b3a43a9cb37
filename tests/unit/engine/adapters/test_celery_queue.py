"""What goes over the wire to the broker: ids, to the right queue, and an error soon if nobody listens."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import redis

from engine.adapters.celery_queue import CeleryQueue, make_celery
from engine.domain.request import Kind
from engine.errors import QueueUnavailable
from engine.settings import EngineSettings


def queue_at(url: str) -> CeleryQueue:
    return CeleryQueue(make_celery(EngineSettings(redis_url=url)))


def message_in(url: str, queue: str) -> dict[str, Any]:
    with redis.Redis.from_url(url) as client:
        raw = client.lpop(queue)
    assert isinstance(raw, bytes)
    message: dict[str, Any] = json.loads(raw)
    return message


def test_a_message_holds_the_id_and_nothing_else(redis_url: str) -> None:
    queue_at(redis_url).generate("4bf92f", Kind.DRAW)
    message = message_in(redis_url, "generate.draw")
    assert message["headers"]["task"] == "engine.generate"
    assert message["content-type"] == "application/json"
    args, kwargs, _ = json.loads(base64.b64decode(message["body"]))
    assert (args, kwargs) == (["4bf92f"], {})


def test_each_kind_has_its_queue_and_delivery_its_own(redis_url: str) -> None:
    queue = queue_at(redis_url)
    queue.generate("a", Kind.COPY)
    queue.deliver("a")
    assert message_in(redis_url, "generate.copy")["headers"]["task"] == "engine.generate"
    assert message_in(redis_url, "deliver")["headers"]["task"] == "bot.deliver"


def test_a_delay_is_a_time_to_begin(redis_url: str) -> None:
    queue_at(redis_url).generate("a", Kind.COPY, delay_s=30)
    assert message_in(redis_url, "generate.copy")["headers"]["eta"]


def test_what_waits_is_counted(redis_url: str) -> None:
    queue = queue_at(redis_url)
    assert queue.waiting(Kind.COPY) == 0
    for job_id in "abc":
        queue.generate(job_id, Kind.COPY)
    assert (queue.waiting(Kind.COPY), queue.waiting(Kind.DRAW)) == (3, 0)


def test_without_a_broker_the_caller_hears_of_it_each_time() -> None:
    queue = queue_at("redis://:hunter2@127.0.0.1:1/0")
    for _ in range(2):
        with pytest.raises(QueueUnavailable) as caught:
            queue.deliver("a")
        assert "hunter2" not in str(caught.value)
        with pytest.raises(QueueUnavailable):
            queue.waiting(Kind.COPY)


def test_a_worker_takes_one_job_per_thread_and_acknowledges_it_when_done() -> None:
    conf = make_celery(EngineSettings(redis_url="redis://127.0.0.1:1/0", job_timeout_s=100)).conf
    assert (conf.task_acks_late, conf.worker_prefetch_multiplier, conf.task_reject_on_worker_lost) == (True, 1, True)
    assert conf.broker_transport_options["visibility_timeout"] > 100
    assert conf.accept_content == ["json"]
    assert conf.worker_hijack_root_logger is False


def test_another_broker_gets_no_options_of_redis() -> None:
    app = make_celery(EngineSettings(broker_url="amqp://guest:guest@127.0.0.1:1//"))
    assert "visibility_timeout" not in app.conf.broker_transport_options
    with pytest.raises(QueueUnavailable):
        CeleryQueue(app).deliver("a")
