"""The delivery worker: Celery task bot.deliver, thin, and threads that sweep, delete, watch the budget. No model."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from celery import Celery, Task, signals

from bot.audiences import Audiences
from bot.bootstrap import Delivery, build_delivery
from bot.budget import EVERY_S as BUDGET_EVERY_S
from bot.errors import DeliveryDelayed, SlackMisconfigured
from bot.settings import BotSettings
from engine.errors import TransientError
from engine.settings import EngineSettings
from engine.telemetry.health import Health
from engine.telemetry.installation import collecting
from engine.telemetry.monitor import watched
from engine.telemetry.subject import of_job

log = logging.getLogger(__name__)

TASK = "bot.deliver"
QUEUE = "deliver"
_FIRST_RETRY_S = 1.0
_LAST_RETRY_S = 120.0
_LONGEST_ADVICE_S = 300.0


def run_delivery_worker(settings: BotSettings, engine: EngineSettings) -> None:
    """Deliver until SIGTERM or SIGINT; what is under way is finished first.

    Raises ConfigurationError and StoreUnavailable before it begins.
    """
    with (
        watched("deliver", engine.monitor_host, engine.monitor_port, engine.traces_url) as health,
        build_delivery(settings, engine) as delivery,
        collecting(delivery.installation),
    ):
        register(delivery.celery, delivery.deliverer, settings.delivery_max_retries)
        stop = threading.Event()
        sweeper = threading.Thread(target=delivery.sweeper.run, args=(stop,), name="sweeper", daemon=True)
        every_s = engine.retention_every_s
        keeper = threading.Thread(target=delivery.keeper.run, args=(every_s, stop), name="keeper", daemon=True)
        budget = threading.Thread(target=delivery.budget.run, args=(BUDGET_EVERY_S, stop), name="budget", daemon=True)
        for thread in (sweeper, keeper, budget):
            thread.start()
        shown = ((QUEUE,), tuple, stop)
        sign = threading.Thread(target=delivery.board.keep_showing, args=shown, name="sign", daemon=True)
        with _when_ready(lambda: _announce(sign, health, delivery)):
            _consume(delivery.celery, settings.delivery_concurrency)
        stop.set()
        for thread in (sweeper, keeper, budget, sign):
            if thread.is_alive():
                thread.join(timeout=10)


def register(celery: Celery, deliverer: Audiences, max_retries: int) -> None:
    """Give the app the task bot.deliver(job_id): what is delayed is tried again, and holds no thread meanwhile."""

    @celery.task(name=TASK, bind=True, shared=False, max_retries=max_retries, ignore_result=True)
    def deliver(self: Task[Any, Any], job_id: str) -> None:
        with of_job(job_id):
            _deliver(self, deliverer, job_id)


def _deliver(task: Task[Any, Any], deliverer: Audiences, job_id: str) -> None:
    try:
        deliverer.deliver(job_id, lambda in_s: task.apply_async((job_id,), countdown=in_s))
    except (DeliveryDelayed, TransientError) as error:
        if isinstance(error, SlackMisconfigured):
            log.error("job %s: Slack says %s; look at the bot token and its scopes: aigc check", job_id, error)
        _try_again(task, job_id, error)


def retry_in_s(advice_s: float | None, tries: int) -> float:
    """What Slack advised, or twice as long each time; a little more, so that not all come back at once.

    Of long advice only the first minutes: bot.slots remembers it, and the broker does not keep a message for hours.
    """
    wait_s = min(advice_s, _LONGEST_ADVICE_S) if advice_s is not None else min(_FIRST_RETRY_S * 2**tries, _LAST_RETRY_S)
    return wait_s + random.uniform(0, 0.25 * wait_s)  # noqa: S311 - no secret


def _try_again(task: Task[Any, Any], job_id: str, error: DeliveryDelayed | TransientError) -> None:
    if task.request.retries >= (task.max_retries or 0):
        log.error("job %s is left to the sweeper: %s", job_id, error)
        return
    wait_s = retry_in_s(error.retry_after_s, task.request.retries)
    log.info("job %s: %s; again in %.1f s", job_id, error, wait_s)
    raise task.retry(exc=error, countdown=wait_s)


def _announce(sign: threading.Thread, health: Health, delivery: Delivery) -> None:
    log.warning("worker ready: deliver")
    health.watch(*delivery.probes)
    sign.start()


def _consume(celery: Celery, concurrency: int) -> None:
    celery.Worker(
        hostname="deliver@%h",
        pool_cls="threads",
        concurrency=concurrency,
        queues=[QUEUE],
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    ).start()


@contextmanager
def _when_ready(announce: Callable[[], None]) -> Iterator[None]:
    def on_ready(**_: Any) -> None:
        announce()

    signals.worker_ready.connect(on_ready)
    try:
        yield
    finally:
        signals.worker_ready.disconnect(on_ready)
