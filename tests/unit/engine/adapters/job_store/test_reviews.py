"""A held result waits for one decision, whoever else decides, cancels or lets time pass at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.adapters.job_store import SqlJobStore
from engine.domain.job import Audience, Delivery, Job, State
from engine.domain.request import Kind
from engine.domain.result import Result
from engine.domain.review import Decision, Outcome
from tests.support.clock import Clock
from tests.support.jobs import new_job, show
from tests.support.reviews import CHANNEL, decision, held
from tests.unit.engine.conftest import MakeStore

ENDS = [
    (Outcome.APPROVED, State.SUCCEEDED),
    (Outcome.REJECTED, State.REFUSED),
    (Outcome.EXPIRED, State.REFUSED),
    (Outcome.CANCELED, State.CANCELED),
]


def hold(store: SqlJobStore, job_id: str = "a", result: Result | None = None) -> Job:
    store.add([new_job(job_id)])
    store.claim(job_id, "worker", 30)
    assert store.finish(job_id, "worker", State.HELD, result or held())
    return job_of(store, job_id)


def job_of(store: SqlJobStore, job_id: str = "a") -> Job:
    job = store.get(job_id)
    assert job is not None
    return job


def test_a_held_job_keeps_its_result_and_no_worker_takes_it(store: SqlJobStore, clock: Clock) -> None:
    job = hold(store)
    assert (job.state, job.result, job.finished_at) == (State.HELD, held(), clock.now)
    assert not job.state.finished
    clock.now += 1000
    assert store.claim("a", "another", 30) is None
    assert store.lost(Kind.COPY, clock.now) == ()
    assert store.held("T1") == (job,)
    assert store.held("T2") == ()


def test_a_job_is_held_for_a_reason(store: SqlJobStore) -> None:
    store.add([new_job("a")])
    store.claim("a", "worker", 30)
    with pytest.raises(ValueError, match="reason"):
        store.finish("a", "worker", State.HELD, Result())
    assert job_of(store).state is State.RUNNING


@pytest.mark.parametrize(("outcome", "state"), ENDS)
def test_a_decision_ends_the_review(store: SqlJobStore, clock: Clock, outcome: Outcome, state: State) -> None:
    hold(store)
    clock.now += 60
    decided = store.decide("a", decision(outcome, reason="off brand"))
    assert decided == job_of(store)
    assert decided is not None
    assert decided.result is not None
    assert (decided.state, decided.finished_at) == (state, clock.now)
    assert decided.result.decision == decision(outcome, reason="off brand")
    assert decided.result.hold == held().hold
    assert store.held() == ()
    assert [event.name for event in store.events("a")] == ["accepted", "started", "held", state.value]


def test_only_what_was_approved_is_kept(store: SqlJobStore) -> None:
    for number, (outcome, _) in enumerate(ENDS):
        hold(store, f"j{number}")
        decided = store.decide(f"j{number}", decision(outcome))
        assert decided is not None
        assert decided.result is not None
        assert decided.result.artifacts == (held().artifacts if outcome is Outcome.APPROVED else ())
        refused = outcome in (Outcome.REJECTED, Outcome.EXPIRED)
        assert (decided.result.refusal is not None) == refused


def test_the_first_decision_wins(open_store: MakeStore, store: SqlJobStore) -> None:
    hold(store)
    stores = [open_store() for _ in range(4)]

    def decide(number: int) -> Decision | None:
        outcome = Outcome.APPROVED if number % 2 else Outcome.REJECTED
        job = stores[number % 4].decide("a", decision(outcome, by=f"U{number}"))
        return job.result.decision if job and job.result else None

    with ThreadPoolExecutor(8) as pool:
        told = set(pool.map(decide, range(16)))
    assert told == {job_of(store).result.decision}  # type: ignore[union-attr]
    assert len([entry for entry in store.audit_entries() if entry.actor.startswith("U")]) == 1


def test_what_is_not_held_cannot_be_decided(store: SqlJobStore) -> None:
    store.add([new_job("a")])
    assert store.decide("a", decision()) == job_of(store)
    assert job_of(store).state is State.ACCEPTED
    assert store.decide("nobody", decision()) is None
    assert list(store.audit_entries()) == []


def test_its_requester_can_take_it_back(store: SqlJobStore, clock: Clock) -> None:
    hold(store)
    canceled = store.cancel("a")
    assert canceled is not None
    assert canceled.state is State.CANCELED
    assert canceled.result is not None
    assert canceled.result.decision == Decision(Outcome.CANCELED, "U1", clock.now)
    assert canceled.result.artifacts == ()


def test_nothing_waits_for_ever(store: SqlJobStore, clock: Clock) -> None:
    hold(store, "soon", held(expires_at=clock.now + 60))
    hold(store, "late", held(expires_at=clock.now + 600))
    assert store.expire_reviews() == ()
    clock.now += 61
    assert store.expire_reviews() == ("soon",)
    assert (job_of(store, "soon").state, job_of(store, "late").state) == (State.REFUSED, State.HELD)
    assert store.expire_reviews() == ()


def test_both_audiences_are_shown_it_and_again_what_became_of_it(store: SqlJobStore, clock: Clock) -> None:
    hold(store)
    show(store, Delivery("a", "1.1", done=True))
    clock.now += 60
    assert store.undelivered(clock.now - 30) == ("a",), "the reviewers have not seen it"
    show(store, Delivery("a", "2.2", done=True, audience=Audience.REVIEWERS), channel=CHANNEL)
    clock.now += 1200
    assert store.undelivered(clock.now - 30) == ()
    store.decide("a", decision())
    assert not store.delivery("a").done
    assert not store.delivery("a", Audience.REVIEWERS).done
    clock.now += 60
    assert store.undelivered(clock.now - 30) == ("a",)


def test_a_message_that_is_behind_a_decision_is_not_done(store: SqlJobStore) -> None:
    """The delivery looked at the job, then somebody decided, then it saves."""
    hold(store)
    assert store.lock_delivery("a", "me", 30)
    store.decide("a", decision())
    waits = Delivery("a", "1.1", done=True)
    assert store.save_delivery(waits, "me", 30, channel="C1", thread="1.1", state=State.HELD)
    assert not store.delivery("a").done


def test_each_audience_has_a_lock_and_a_message_of_its_own(store: SqlJobStore) -> None:
    hold(store)
    assert store.lock_delivery("a", "me", 30)
    assert store.lock_delivery("a", "another", 30, Audience.REVIEWERS)
    assert store.unlock_delivery("a", "another", Audience.REVIEWERS) is False
    assert store.lock_delivery("a", "another", 30) is False
    assert store.unlock_delivery("a", "me") is True


def test_the_thread_below_a_review_is_the_reviewers_own(store: SqlJobStore) -> None:
    hold(store)
    show(store, Delivery("a", "2.2", audience=Audience.REVIEWERS), channel=CHANNEL)
    assert store.in_thread(CHANNEL, "2.2") == ()


def test_deciding_and_delivering_at_once_wait_for_each_other_and_not_for_ever(
    open_store: MakeStore, store: SqlJobStore
) -> None:
    one, other = open_store(), open_store()

    def deliver(job_id: str) -> None:
        if one.lock_delivery(job_id, "me", 30):
            shown = Delivery(job_id, "1.1", done=True)
            one.save_delivery(shown, "me", 30, channel="C1", thread="1.1", state=State.HELD)
            one.unlock_delivery(job_id, "me")

    with ThreadPoolExecutor(2) as pool:
        for number in range(12):
            hold(store, f"j{number}")
            show(store, Delivery(f"j{number}", "1.1"))
            delivered = pool.submit(deliver, f"j{number}")
            decided = pool.submit(other.decide, f"j{number}", decision())
            delivered.result()
            decided.result()
            assert not store.delivery(f"j{number}").done
