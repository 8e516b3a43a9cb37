"""Delivery tasks through a real Celery worker and a real Redis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from celery.contrib.testing.worker import start_worker

from bot.errors import RateLimited, SlackMisconfigured, SlackUnavailable
from bot.tasks import QUEUE, register, retry_in_s
from engine.adapters.celery_queue import CeleryQueue, make_celery
from engine.errors import StoreUnavailable
from engine.settings import EngineSettings
from tests.support.redis import redis_server
from tests.support.waiting import until


@dataclass
class Deliverer:
    """Does what its script says, one step per call, then nothing."""

    script: list[Exception | float | None]
    tries: int = 0

    def deliver(self, job_id: str, come_back: Callable[[float], object]) -> None:
        step = self.script[self.tries] if self.tries < len(self.script) else None
        self.tries += 1
        if isinstance(step, Exception):
            raise step
        if step is not None:
            come_back(step)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineSettings]:
    with redis_server(Path(tmp_path_factory.mktemp("redis"))) as server:
        yield EngineSettings(redis_url=server.url)


def run(settings: EngineSettings, deliverer: Deliverer, calls: int, max_retries: int = 5) -> None:
    celery = make_celery(settings)
    register(celery, deliverer, max_retries)  # type: ignore[arg-type]
    with start_worker(
        celery, pool="threads", concurrency=2, queues=[QUEUE], perform_ping_check=False, loglevel="WARNING"
    ):
        CeleryQueue(celery).deliver("j1")
        until(lambda: deliverer.tries >= calls)
    celery.close()


def test_what_is_delayed_is_tried_again_as_slack_advises(settings: EngineSettings) -> None:
    deliverer = Deliverer([RateLimited("ratelimited", retry_after_s=0.05), SlackUnavailable("HTTP 503"), None])
    run(settings, deliverer, calls=3)


def test_a_database_that_is_away_is_waited_for(settings: EngineSettings) -> None:
    deliverer = Deliverer([StoreUnavailable("down", retry_after_s=0.05), None])
    run(settings, deliverer, calls=2)


def test_one_that_is_to_be_looked_at_again_comes_back_as_a_new_one(settings: EngineSettings) -> None:
    run(settings, Deliverer([0.05, None]), calls=2, max_retries=0)


def test_after_the_last_try_the_sweeper_has_it(settings: EngineSettings, caplog: pytest.LogCaptureFixture) -> None:
    deliverer = Deliverer([SlackUnavailable("a", retry_after_s=0.01), SlackUnavailable("b", retry_after_s=0.01)])
    run(settings, deliverer, calls=2, max_retries=1)
    assert "left to the sweeper" in caplog.text


def test_a_wrong_token_is_the_operators_to_mend(settings: EngineSettings, caplog: pytest.LogCaptureFixture) -> None:
    run(settings, Deliverer([SlackMisconfigured("invalid_auth")]), calls=1)
    assert "aigc check" in caplog.text


def test_waiting_doubles_up_to_a_limit_and_never_undercuts_advice() -> None:
    assert 1.0 <= retry_in_s(None, 0) <= 1.25
    assert 8.0 <= retry_in_s(None, 3) <= 10.0
    assert 120.0 <= retry_in_s(None, 50) <= 150.0
    assert 30.0 <= retry_in_s(30.0, 0) <= 37.5


def test_of_very_long_advice_only_the_first_minutes_are_waited_in_the_broker() -> None:
    assert 300.0 <= retry_in_s(86_400.0, 0) <= 375.0
