"""The Celery task engine.generate: an id in, the road through the worker, nothing out."""

from __future__ import annotations

import logging

from celery import Celery

from engine.adapters.celery_queue import GENERATE_TASK
from engine.errors import TransientError
from engine.service import Engine
from engine.telemetry.subject import of_job

log = logging.getLogger(__name__)


def register(app: Celery, engine: Engine) -> None:
    """Give the app the task that `CeleryQueue.generate` sends."""

    @app.task(name=GENERATE_TASK, ignore_result=True)
    def generate(job_id: str) -> None:
        with of_job(job_id):
            try:
                engine.run_job(job_id)
            except TransientError as error:
                log.warning("job %s is left to the sweeper: %s", job_id, error)
