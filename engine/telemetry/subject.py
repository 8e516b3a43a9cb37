"""Which job the code that runs now works for, so that every log line can say so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_job: ContextVar[str] = ContextVar("aigc_job", default="")


def current_job() -> str:
    """The id, "" where there is no one job."""
    return _job.get()


@contextmanager
def of_job(job_id: str = "") -> Iterator[None]:
    """All that is logged inside, in this thread or asyncio task and the tasks that it starts, is about this job.

    A new thread knows of it only if it runs in a copy of the context.
    """
    before = _job.set(job_id)
    try:
        yield
    finally:
        _job.reset(before)


def note_job(job_id: str) -> None:
    """From now on until the end of the `of_job` around it: a request has turned out to be about this job."""
    _job.set(job_id)
