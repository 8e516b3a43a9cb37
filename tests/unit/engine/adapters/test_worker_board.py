"""Workers that are ready can be seen."""

from __future__ import annotations

from engine.adapters.redis_progress import connect
from engine.adapters.worker_board import WorkerBoard, WorkerSign
from engine.domain.request import Kind


def test_a_worker_is_seen_until_it_goes(redis_url: str) -> None:
    first, second = (WorkerBoard(connect(redis_url), owner) for owner in ("host:1", "host:2"))
    first.show([Kind.COPY], ["smollm2"])
    second.show(list(Kind), ["smollm2", "tiny"])
    assert first.ready() == (
        WorkerSign("host:1", ("copy",), ("smollm2",)),
        WorkerSign("host:2", ("copy", "draw"), ("smollm2", "tiny")),
    )
    second.remove()
    assert [sign.owner for sign in WorkerBoard(connect(redis_url)).ready()] == ["host:1"]


def test_without_redis_a_worker_works_unseen() -> None:
    board = WorkerBoard(connect("redis://127.0.0.1:1/0"), "host:1")
    board.show([Kind.COPY], [])
    board.remove()
