"""What the sweeper queues again, and what it leaves alone."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest

from engine.adapters.job_store import SqlJobStore
from engine.adapters.job_store.life import MOST_LOST
from engine.domain.job import Delivery, State
from engine.domain.result import TOO_MANY_ATTEMPTS, Failure, Result
from engine.errors import QueueUnavailable
from engine.sweeper import Sweeper, expire, sweep
from engine.timing import Timing
from tests.fakes import FakeQueue
from tests.support.clock import Clock
from tests.support.jobs import new_drawing, new_job, show
from tests.support.reviews import held
from tests.support.waiting import until

TIMING = Timing(max_attempts=3)
OLD_S = TIMING.requeue_after_s


@dataclass
class BreaksAfter(FakeQueue):
    """Breaks down once it was told to deliver so many."""

    most: int = 0

    def deliver(self, job_id: str) -> None:
        self.down = len(self.delivered) == self.most
        super().deliver(job_id)


def test_a_job_that_nobody_took_is_queued_and_shown_again(store: SqlJobStore, clock: Clock) -> None:
    store.add([new_job("a"), new_drawing("drawing")])
    queue = FakeQueue()
    assert sweep(store, queue, clock.now + 1, TIMING) == 0
    clock.now += OLD_S + 1
    assert sweep(store, queue, clock.now, TIMING) == 2
    assert queue.generated == queue.delivered == ["a", "drawing"]
    assert sweep(store, queue, clock.now, TIMING) == 0


def test_while_others_wait_before_it_a_job_is_not_lost(store: SqlJobStore, clock: Clock) -> None:
    store.add([new_job("a")])
    queue = FakeQueue(backlog=100)
    clock.now += TIMING.requeue_at_latest_s - 1
    assert sweep(store, queue, clock.now, TIMING) == 0
    clock.now += 2
    assert sweep(store, queue, clock.now, TIMING) == 1


def test_as_many_jobs_as_the_queue_lacks_are_queued_again_the_oldest_first(store: SqlJobStore, clock: Clock) -> None:
    for job_id in ("a", "b", "c", "d"):
        store.add([new_job(job_id)])
        clock.now += 1
    queue = FakeQueue(backlog=2)
    clock.now += OLD_S + 1
    assert sweep(store, queue, clock.now, TIMING) == 2
    assert queue.generated == ["a", "b"]
    queue.backlog = 4
    clock.now += OLD_S + 1
    assert sweep(store, queue, clock.now, TIMING) == 0


def test_what_rests_before_it_is_due_needs_no_message_yet(store: SqlJobStore, clock: Clock) -> None:
    store.add([new_job("rests"), new_job("waits")])
    store.claim("rests", "me", lease_s=20)
    store.hand_back("rests", "me", "busy", delay_s=2 * OLD_S)
    queue = FakeQueue(backlog=1)
    clock.now += OLD_S + 1
    assert sweep(store, queue, clock.now, TIMING) == 0
    clock.now += OLD_S
    assert sweep(store, queue, clock.now, TIMING) == 1


def test_however_much_is_lost_it_is_queued_in_one_round(store: SqlJobStore, clock: Clock) -> None:
    store.add([new_job(f"j{number:04}") for number in range(MOST_LOST + 3)])
    clock.now += OLD_S + 1
    queue = FakeQueue(backlog=1)
    assert sweep(store, queue, clock.now, TIMING) == MOST_LOST + 2


def test_a_dead_workers_job_is_queued_again_however_long_the_queue(store: SqlJobStore, clock: Clock) -> None:
    store.add([new_job("a")])
    store.claim("a", "dead", lease_s=30)
    clock.now += 31
    queue = FakeQueue(backlog=100)
    assert sweep(store, queue, clock.now, TIMING) == 1
    assert queue.generated == ["a"]


def test_a_job_that_kills_its_worker_waits_ever_longer_and_is_given_up_after_its_last_attempt(
    store: SqlJobStore, clock: Clock
) -> None:
    store.add([new_job("a")])
    queue = FakeQueue()
    for _ in range(TIMING.max_attempts):
        assert store.claim("a", "dead", lease_s=20) is not None
        clock.now += 21
        assert sweep(store, queue, clock.now, TIMING) == 1
    assert queue.delays_s == [0.0, 20.0]
    assert queue.delivered == ["a"] * TIMING.max_attempts
    job = store.get("a")
    assert job is not None
    assert job.result is not None
    assert (job.state, job.result.failure) == (State.FAILED, Failure(TOO_MANY_ATTEMPTS, {"attempts": 3}))


def test_a_job_that_was_told_to_wait_is_not_lost_meanwhile(store: SqlJobStore, clock: Clock) -> None:
    store.add([new_job("a")])
    for _ in range(2):
        store.claim("a", "dead", lease_s=20)
        clock.now += 21
        sweep(store, FakeQueue(), clock.now, TIMING)
    clock.now += TIMING.restart_in_s(2) + OLD_S
    assert sweep(store, FakeQueue(), clock.now, TIMING) == 0
    clock.now += 1
    assert sweep(store, FakeQueue(), clock.now, TIMING) == 1


def test_the_requester_hears_at_once_of_a_canceled_job_whose_worker_died(store: SqlJobStore, clock: Clock) -> None:
    store.add([new_job("a")])
    store.claim("a", "dead", lease_s=20)
    store.cancel("a")
    clock.now += 21
    queue = FakeQueue()
    assert sweep(store, queue, clock.now, TIMING) == 1
    assert (queue.generated, queue.delivered) == ([], ["a"])


def test_when_the_broker_forgot_everything_all_that_waits_is_queued_in_one_round(
    store: SqlJobStore, clock: Clock
) -> None:
    ids = [f"j{number:04}" for number in range(MOST_LOST + 1)]
    store.add([new_job(job_id) for job_id in ids])
    clock.now += 1
    queue = FakeQueue(backlog=3, empty=True)
    assert sweep(store, queue, clock.now, TIMING) == len(ids)
    assert sorted(queue.generated) == ids
    assert sweep(store, queue, clock.now, TIMING) == 0


def test_as_long_as_the_broker_does_not_answer_it_is_not_told_that_all_is_back(
    store: SqlJobStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(job_id: str) -> None:
        raise QueueUnavailable("down")

    store.add([new_job("a")])
    clock.now += 1
    queue = FakeQueue(empty=True)
    monkeypatch.setattr(queue, "deliver", down)
    with pytest.raises(QueueUnavailable):
        sweep(store, queue, clock.now, TIMING)
    assert queue.empty


def test_when_the_broker_forgot_everything_outcomes_are_queued_however_young_and_however_often_tried(
    store: SqlJobStore, clock: Clock
) -> None:
    store.add([new_job("tried"), new_job("young")])
    for job_id in ("tried", "young"):
        clock.now += 300
        store.claim(job_id, "me", lease_s=30)
        store.finish(job_id, "me", State.SUCCEEDED, Result())
    store.lock_delivery("tried", "shower", 30)
    store.unlock_delivery("tried", "shower")
    clock.now += 1
    queue = FakeQueue(empty=True)
    assert sweep(store, queue, clock.now, TIMING) == 2
    assert sorted(queue.delivered) == ["tried", "young"]
    assert sweep(store, queue, clock.now, TIMING) == 0


def test_what_could_not_be_sent_is_sent_in_the_next_round(
    store: SqlJobStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add([new_job(job_id) for job_id in "abcd"])
    for job_id in "cd":
        store.claim(job_id, "me", lease_s=30)
        store.finish(job_id, "me", State.SUCCEEDED, Result())
    clock.now += OLD_S + 1
    for sent_before in (1, 2):  # in the midst of the jobs, then of the outcomes
        queue = BreaksAfter(most=sent_before)
        with pytest.raises(QueueUnavailable):
            sweep(store, queue, clock.now, TIMING)
        assert len(queue.delivered) == sent_before
    queue = BreaksAfter(most=9)
    sweep(store, queue, clock.now, TIMING)
    assert len(queue.delivered) == 1
    assert sweep(store, queue, clock.now, TIMING) == 0


def test_an_outcome_that_nobody_saw_is_shown(store: SqlJobStore, clock: Clock) -> None:
    store.add([new_job("a"), new_job("seen")])
    for job_id in ("a", "seen"):
        store.claim(job_id, "me", lease_s=30)
        store.finish(job_id, "me", State.SUCCEEDED, Result())
    show(store, Delivery("seen", "1.2", done=True))
    clock.now += OLD_S + 1
    queue = FakeQueue()
    sweep(store, queue, clock.now, TIMING)
    assert (queue.generated, queue.delivered) == ([], ["a"])


def test_trouble_does_not_end_the_sweeping(store: SqlJobStore, caplog: pytest.LogCaptureFixture) -> None:
    queue = FakeQueue(down=True)
    store.add([new_job("a")])
    stop = threading.Event()
    thread = threading.Thread(
        target=Sweeper(store, queue, Timing(sweep_every_s=0.01, requeue_after_s=0.0)).run, args=(stop,)
    )
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
