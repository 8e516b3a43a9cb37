"""What the sweeper queues again, and what it leaves alone."""

from __future__ import annotations

import threading

import pytest

from engine.adapters.job_store import SqlJobStore
from engine.domain.job import Delivery, State
from engine.domain.result import Result
from engine.sweeper import PATIENCE, Sweeper, expire, sweep
from tests.fakes import FakeQueue
from tests.support.clock import Clock
from tests.support.jobs import new_drawing, new_job, show
from tests.support.reviews import held
from tests.support.waiting import until

OLD_S = 30.0


def test_a_job_that_nobody_took_is_queued_and_shown_again(store: SqlJobStore, clock: Clock) -> None:
    store.add([new_job("a"), new_drawing("drawing")])
    queue = FakeQueue()
    assert sweep(store, queue, clock.now + 1, OLD_S) == 0
    clock.now += OLD_S + 1
    assert sweep(store, queue, clock.now, OLD_S) == 2
    assert queue.generated == queue.delivered == ["a", "drawing"]
    assert sweep(store, queue, clock.now, OLD_S) == 0


def test_while_others_wait_before_it_a_job_is_not_lost(store: SqlJobStore, clock: Clock) -> None:
    store.add([new_job("a")])
    queue = FakeQueue(backlog=100)
    clock.now += OLD_S * PATIENCE - 1
    assert sweep(store, queue, clock.now, OLD_S) == 0
    clock.now += 2
    assert sweep(store, queue, clock.now, OLD_S) == 1


def test_a_dead_workers_job_is_queued_again_however_long_the_queue(store: SqlJobStore, clock: Clock) -> None:
    store.add([new_job("a")])
    store.claim("a", "dead", lease_s=30)
    clock.now += 31
    queue = FakeQueue(backlog=100)
    assert sweep(store, queue, clock.now, OLD_S) == 1
    assert queue.generated == ["a"]


def test_an_outcome_that_nobody_saw_is_shown(store: SqlJobStore, clock: Clock) -> None:
    store.add([new_job("a"), new_job("seen")])
    for job_id in ("a", "seen"):
        store.claim(job_id, "me", lease_s=30)
        store.finish(job_id, "me", State.SUCCEEDED, Result())
    show(store, Delivery("seen", "1.2", done=True))
    clock.now += OLD_S + 1
    queue = FakeQueue()
    sweep(store, queue, clock.now, OLD_S)
    assert (queue.generated, queue.delivered) == ([], ["a"])


def test_trouble_does_not_end_the_sweeping(store: SqlJobStore, caplog: pytest.LogCaptureFixture) -> None:
    queue = FakeQueue(down=True)
    store.add([new_job("a")])
    stop = threading.Event()
    thread = threading.Thread(target=Sweeper(store, queue, every_s=0.01, older_than_s=-1e9).run, args=(stop,))
    thread.start()
    until(lambda: "no sweeping" in caplog.text)
    queue.down = False
    until(lambda: queue.generated)
    stop.set()
    thread.join()


def test_reviews_end_when_their_time_is_up_and_both_sides_hear_of_it(store: SqlJobStore, clock: Clock) -> None:
    store.add([new_job("a")])
    store.claim("a", "worker", 30)
    store.finish("a", "worker", State.HELD, held(expires_at=clock.now + 60))
    queue = FakeQueue()
    assert expire(store, queue) == 0
    clock.now += 61
    assert expire(store, queue) == 1
    assert queue.delivered == ["a"]
