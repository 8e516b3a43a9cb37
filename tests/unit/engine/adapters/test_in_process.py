"""What is queued in one process is run there, each after its delay."""

from __future__ import annotations

from engine.adapters.in_process import InProcessQueue
from engine.domain.request import Kind


def test_what_is_queued_while_running_is_run_too_after_its_delay() -> None:
    slept: list[float] = []
    queue = InProcessQueue(sleep=slept.append)
    ran: list[str] = []

    def run(job_id: str) -> None:
        ran.append(job_id)
        if len(ran) < 3:
            queue.generate(job_id, Kind.COPY, delay_s=2.0)

    queue.generate("a", Kind.COPY)
    assert queue.waiting(Kind.COPY) == 1
    queue.drain(run)
    assert (ran, slept) == (["a", "a", "a"], [0.0, 2.0, 2.0])
