"""A delivery worker on threads of the test's own process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from celery.contrib.testing.worker import start_worker

from bot.bootstrap import Delivery, build_delivery
from bot.settings import BotSettings
from bot.tasks import QUEUE, register
from engine.settings import EngineSettings


@contextmanager
def delivery_worker(settings: BotSettings, engine: EngineSettings) -> Iterator[Delivery]:
    with build_delivery(settings, engine) as delivery:
        register(delivery.celery, delivery.deliverer, settings.delivery_max_retries)
        with start_worker(
            delivery.celery,
            pool="threads",
            concurrency=settings.delivery_concurrency,
            queues=[QUEUE],
            perform_ping_check=False,
            loglevel="WARNING",
        ):
            yield delivery
