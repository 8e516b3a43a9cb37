"""What was shown where: remembered, found again by thread, and worked on by one process at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from engine.adapters.job_store import SqlJobStore
from engine.domain.job import Delivery, Origin, State
from engine.domain.result import Result
from tests.support.clock import Clock
from tests.support.jobs import new_job, show
from tests.unit.engine.conftest import MakeStore


@pytest.fixture
def store(open_store: MakeStore) -> SqlJobStore:
    store = open_store()
    store.add([new_job("a")])
    return store


def finish(store: SqlJobStore, job_id: str = "a") -> None:
    store.claim(job_id, "me", 30)
    store.finish(job_id, "me", State.SUCCEEDED, Result())


def test_a_job_that_was_not_shown_has_an_empty_delivery(store: SqlJobStore) -> None:
    assert store.delivery("a") == Delivery("a")


def test_a_delivery_comes_back_as_it_was_saved(store: SqlJobStore) -> None:
    delivery = Delivery("a", "1700000000.000100", {"ab12.png": "F123"}, "digest", False)
    show(store, delivery)
    assert store.delivery("a") == delivery
    show(store, Delivery("a", "1.2", done=True))
    assert store.delivery("a") == Delivery("a", "1.2", done=True)


def test_every_save_is_a_sign_of_life(store: SqlJobStore, clock: Clock) -> None:
    store.lock_delivery("a", "me", 30)
    for number in range(4):
        clock.now += 29
        assert store.save_delivery(
            Delivery("a", f"1.{number}"), "me", 30, channel="C1", thread="", state=State.ACCEPTED
        )
        assert store.lock_delivery("a", "another", 30) is False


def test_whoever_lost_the_lock_changes_nothing(store: SqlJobStore, clock: Clock) -> None:
    assert store.save_delivery(Delivery("a", "0.1"), "me", 30, channel="C1", thread="", state=State.ACCEPTED) is False
    store.lock_delivery("a", "slow", 30)
    clock.now += 31
    store.lock_delivery("a", "me", 30)
    assert store.save_delivery(Delivery("a", "1.2"), "me", 30, channel="C1", thread="", state=State.ACCEPTED)
    assert store.save_delivery(Delivery("a", "6.6"), "slow", 30, channel="C1", thread="", state=State.ACCEPTED) is False
    assert store.delivery("a") == Delivery("a", "1.2")


def test_a_thread_has_the_jobs_answered_in_it_and_the_one_it_hangs_from(store: SqlJobStore) -> None:
    in_thread = Origin("T1", "C1", "U1", thread="1.2")
    store.add([new_job("reply", origin=in_thread, created_at=300.0), new_job("elsewhere", created_at=200.0)])
    show(store, Delivery("a", "1.2"))
    assert [job.id for job in store.in_thread("C1", "1.2")] == ["a", "reply"]
    assert store.in_thread("C2", "1.2") == ()


def test_one_at_a_time_delivers_and_hears_that_there_is_more(store: SqlJobStore) -> None:
    assert store.lock_delivery("a", "me", 30)
    assert store.lock_delivery("a", "another", 30) is False
    assert store.unlock_delivery("a", "me") is True
    assert store.lock_delivery("a", "another", 30)
    assert store.unlock_delivery("a", "another") is False


def test_the_lock_of_a_dead_process_runs_out(store: SqlJobStore, clock: Clock) -> None:
    store.lock_delivery("a", "dead", 30)
    clock.now += 31
    assert store.lock_delivery("a", "me", 30)
    assert store.unlock_delivery("a", "dead") is False
    assert store.lock_delivery("a", "another", 30) is False


def test_an_unknown_job_cannot_be_delivered(store: SqlJobStore) -> None:
    assert store.lock_delivery("x", "me", 30) is False
    assert store.unlock_delivery("x", "me") is False


def test_nobody_who_wanted_the_lock_is_forgotten(open_store: MakeStore, store: SqlJobStore) -> None:
    """Every call either gets the lock or is noted by whoever holds it, however they interleave."""
    stores = [open_store() for _ in range(4)]
    inside: list[int] = []
    served = []

    def deliver(n: int) -> None:
        mine, more = stores[n % 4], True
        while more and mine.lock_delivery("a", f"w{n}", 30):
            inside.append(n)
            assert len(inside) == 1
            served.append(n)
            inside.remove(n)
            more = mine.unlock_delivery("a", f"w{n}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(deliver, range(24)))
    assert served
    assert store.lock_delivery("a", "last", 30)
    assert store.unlock_delivery("a", "last") is False


def found_at(store: SqlJobStore, clock: Clock, *, tried: bool) -> list[float]:
    """When an outcome is found, in seconds after its end, if nobody shows it: it was tried, or its message was lost."""
    times, end = [], clock.now
    for _ in range(400):
        clock.now += 10
        if store.undelivered(clock.now - 30):
            times.append(clock.now - end)
            if tried:
                assert store.lock_delivery("a", "me", 30)
                store.unlock_delivery("a", "me")
    return times


def test_an_outcome_that_could_not_be_shown_is_found_ever_more_rarely(store: SqlJobStore, clock: Clock) -> None:
    finish(store)
    assert store.undelivered(clock.now - 30) == ()
    times = found_at(store, clock, tried=True)
    assert times[:5] == [40.0, 120.0, 280.0, 600.0, 1210.0]
    assert [late - early for early, late in pairwise(times[4:])] == [610.0] * 4, "ten minutes, and the next look"


def test_an_outcome_whose_message_is_lost_again_and_again_waits_no_longer_for_that(
    store: SqlJobStore, clock: Clock
) -> None:
    finish(store)
    assert {late - early for early, late in pairwise(found_at(store, clock, tried=False))} == {40.0}


def test_what_is_to_wait_after_it_was_tried_is_found_all_the_same_by_who_asks_for_everything(
    store: SqlJobStore, clock: Clock
) -> None:
    finish(store)
    clock.now += 300
    store.lock_delivery("a", "me", 30)
    store.unlock_delivery("a", "me")
    assert store.undelivered(clock.now) == ()
    assert store.undelivered(clock.now, held_back_too=True) == ("a",)
    assert store.undelivered(clock.now, held_back_too=True) == ()


def test_what_was_found_and_could_not_be_sent_is_found_again_at_once(store: SqlJobStore, clock: Clock) -> None:
    finish(store)
    clock.now += 40
    for _ in range(2):
        assert store.undelivered(clock.now - 30) == ("a",)
        store.unsent(["a"])
    assert store.undelivered(clock.now - 30) == ("a",)
    assert store.undelivered(clock.now - 30) == ()


def test_an_outcome_that_was_shown_is_not(store: SqlJobStore, clock: Clock) -> None:
    finish(store)
    show(store, Delivery("a", "1.2", done=True))
    clock.now += 60
    assert store.undelivered(clock.now - 30) == ()


def test_a_sign_of_life_keeps_the_lock_and_the_note_that_there_is_more(store: SqlJobStore, clock: Clock) -> None:
    store.lock_delivery("a", "me", 30)
    assert store.lock_delivery("a", "another", 30) is False
    clock.now += 29
    store.renew_delivery("a", "me", 30)
    clock.now += 29
    assert store.lock_delivery("a", "another", 30) is False
    assert store.unlock_delivery("a", "me") is True


def test_a_sign_of_life_of_whoever_lost_the_lock_does_not_bring_it_back(store: SqlJobStore, clock: Clock) -> None:
    store.lock_delivery("a", "slow", 30)
    clock.now += 31
    store.lock_delivery("a", "me", 30)
    clock.now += 29
    store.renew_delivery("a", "slow", 30)
    clock.now += 2
    assert store.lock_delivery("a", "another", 30)


def test_what_a_dead_process_was_showing_is_queued_again_once(store: SqlJobStore, clock: Clock) -> None:
    store.lock_delivery("a", "dead", 20)
    assert store.undelivered(clock.now - 30) == ()
    clock.now += 21
    assert store.undelivered(clock.now - 30) == ("a",)
    assert store.undelivered(clock.now - 30) == ()
    assert store.save_delivery(Delivery("a", "6.6"), "dead", 20, channel="C1", thread="", state=State.ACCEPTED) is False


def test_what_a_dead_process_had_shown_to_the_end_is_left_alone(store: SqlJobStore, clock: Clock) -> None:
    finish(store)
    store.lock_delivery("a", "dead", 20)
    done = Delivery("a", "1.2", done=True)
    assert store.save_delivery(done, "dead", 20, channel="C1", thread="", state=State.SUCCEEDED)
    clock.now += 1000
    assert store.undelivered(clock.now - 30) == ()


def test_what_was_asked_for_earlier_in_the_same_place_and_has_no_message_is_known(
    open_store: MakeStore, store: SqlJobStore
) -> None:
    thread = Origin("T1", "C1", "U1", thread="1.2")
    others = [new_job("b", created_at=100.0), new_job("c", created_at=101.0), new_job("t", origin=thread)]
    jobs = {new.job.id: new.job for new in store.add([new_job("a"), *others])}
    assert [store.unshown_before(jobs[key]) for key in "abct"] == ["", "a", "a", ""]
    show(store, Delivery("a", "1.1"))
    assert [store.unshown_before(jobs[key]) for key in "abct"] == ["", "", "b", ""]
    show(store, Delivery("b", files={"part:0": "intended:1.0"}))
    assert store.unshown_before(jobs["c"]) == "b", "going to be posted is not posted"
    show(store, Delivery("b", done=True))
    assert store.unshown_before(jobs["c"]) == "", "what needs no message is not waited for"
