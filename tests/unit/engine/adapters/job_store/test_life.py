"""From accepted to one outcome: who may take a job, who may finish it, and what cancelling does when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from engine.adapters.job_store import SqlJobStore
from engine.domain.job import EXCUSE_NOTE, Delivery, Heard, Job, Origin, State, Wanted
from engine.domain.request import Kind
from engine.domain.result import TOO_MANY_ATTEMPTS, Artifact, ArtifactKind, Failure, Result, Usage
from engine.domain.safety import Action, Category, Finding, Stage, Verdict
from engine.domain.work import Sending
from tests.support.clock import Clock
from tests.support.jobs import new_drawing, new_job, show
from tests.support.threads import new_draft
from tests.unit.engine.conftest import MakeStore

LEASE_S = 30.0

RESULTS = {
    State.SUCCEEDED: Result(
        (Artifact(ArtifactKind.TEXT, 0, 7, "水瓶 \U0001f6b2"), Artifact(ArtifactKind.IMAGE, 1, 8, blob="x.png")),
        usage=Usage("m", "b", 1, 2, 3, 0.5, 1.5, 0.01, {"n": 1, "size": "64x64", "guidance": 7.5, "x": None}),
        notices=("redacted",),
    ),
    State.REFUSED: Result(
        refusal=Verdict(Action.REFUSE, Stage.OUTPUT, "p@1", (Finding(Category.HATE, 0.9, Action.REFUSE, "c"),), "t")
    ),
    State.FAILED: Result(failure=Failure("out_of_memory", {"needed_mb": 512, "name": "m", "share": 0.5})),
    State.CANCELED: Result(),
}


def job_of(store: SqlJobStore, job_id: str = "a") -> Job:
    job = store.get(job_id)
    assert job is not None
    return job


def names(store: SqlJobStore, job_id: str = "a") -> list[str]:
    return [event.name for event in store.events(job_id)]


@pytest.fixture
def running(store: SqlJobStore) -> SqlJobStore:
    """Job "a" runs at worker "me"."""
    store.add([new_job("a")])
    assert store.claim("a", "me", LEASE_S) is not None
    return store


def test_a_claimed_job_runs_at_its_first_attempt(store: SqlJobStore, clock: Clock) -> None:
    store.add([new_job("a")])
    job = store.claim("a", "me", LEASE_S)
    assert job == job_of(store)
    assert job is not None
    assert (job.state, job.attempts, job.started_at) == (State.RUNNING, 1, clock.now)


def test_a_running_job_is_not_to_be_had_even_by_its_own_worker(running: SqlJobStore) -> None:
    assert running.claim("a", "another", LEASE_S) is None
    assert running.claim("a", "me", LEASE_S) is None


def test_of_many_claimers_one_wins(open_store: MakeStore) -> None:
    stores = [open_store() for _ in range(4)]
    stores[0].add([new_job(f"j{n}") for n in range(8)])
    with ThreadPoolExecutor(16) as pool:
        claims = [(f"j{n}", stores[w % 4], f"w{w}") for n in range(8) for w in range(8)]
        won = [job.id for job in pool.map(lambda c: c[1].claim(c[0], c[2], LEASE_S), claims) if job]
    assert sorted(won) == [f"j{n}" for n in range(8)]


def test_an_unknown_job_cannot_be_had_nor_canceled(store: SqlJobStore) -> None:
    assert store.claim("x", "me", LEASE_S) is None
    assert store.cancel("x") is None
    assert store.finish("x", "me", State.FAILED, Result()) is False


@pytest.mark.parametrize("state", RESULTS)
def test_an_outcome_comes_back_as_it_was_recorded(running: SqlJobStore, clock: Clock, state: State) -> None:
    clock.now += 5
    assert running.finish("a", "me", state, RESULTS[state])
    job = job_of(running)
    assert (job.state, job.result, job.finished_at) == (state, RESULTS[state], clock.now)
    assert names(running) == ["accepted", "started", state.value]


@pytest.mark.parametrize("state", RESULTS)
def test_what_is_over_stays_as_it_is(running: SqlJobStore, state: State) -> None:
    running.finish("a", "me", state, RESULTS[state])
    over = job_of(running)
    assert running.claim("a", "me", LEASE_S) is None
    assert running.finish("a", "me", State.SUCCEEDED, RESULTS[State.SUCCEEDED]) is False
    assert running.hand_back("a", "me", "draining") is False
    assert running.cancel("a") == over
    assert job_of(running) == over


def test_when_a_lease_runs_out_another_takes_the_job_and_the_late_result_is_refused(
    running: SqlJobStore, clock: Clock
) -> None:
    clock.now += LEASE_S + 1
    job = running.claim("a", "another", LEASE_S)
    assert job is not None
    assert job.attempts == 2
    assert running.finish("a", "me", State.SUCCEEDED, RESULTS[State.SUCCEEDED]) is False
    assert running.finish("a", "another", State.SUCCEEDED, RESULTS[State.SUCCEEDED])
    assert names(running) == ["accepted", "started", "handed_back", "started", "succeeded"]


def test_a_heartbeat_keeps_the_lease(running: SqlJobStore, clock: Clock) -> None:
    for _ in range(5):
        clock.now += LEASE_S / 2
        assert running.heartbeat(["me"], LEASE_S) == Heard()
    assert running.claim("a", "another", LEASE_S) is None


def test_anothers_heartbeat_does_not(running: SqlJobStore, clock: Clock) -> None:
    clock.now += LEASE_S + 1
    running.heartbeat(["another"], LEASE_S)
    assert running.claim("a", "another", LEASE_S) is not None


def test_a_worker_hears_that_its_job_went_elsewhere(running: SqlJobStore, clock: Clock) -> None:
    assert running.heartbeat(["me"], LEASE_S) == Heard()
    clock.now += LEASE_S + 1
    running.claim("a", "another", LEASE_S)
    assert running.heartbeat(["me", "another"], LEASE_S) == Heard(lost=frozenset({"me"}))


def test_a_late_heartbeat_still_keeps_what_nobody_took(running: SqlJobStore, clock: Clock) -> None:
    clock.now += LEASE_S + 1
    assert running.heartbeat(["me"], LEASE_S) == Heard()
    assert running.claim("a", "another", LEASE_S) is None


def test_only_what_is_named_is_kept_beside_it_a_forgotten_job_is_lost(running: SqlJobStore, clock: Clock) -> None:
    running.add([new_job("busy")])
    running.claim("busy", "me too", LEASE_S)
    for _ in range(3):
        clock.now += LEASE_S / 2
        running.heartbeat(["me too"], LEASE_S)
    assert [job.id for job in running.lost(Kind.COPY, older_than=0)] == ["a"]


def test_a_job_is_given_up_after_its_last_attempt(store: SqlJobStore, clock: Clock) -> None:
    store.add([new_job("a")])
    for _ in range(3):
        assert store.claim("a", "me", LEASE_S) is not None
        clock.now += LEASE_S + 1
    assert store.claim("a", "me", LEASE_S) is None
    job = job_of(store)
    assert job.state is State.FAILED
    assert job.result == Result(failure=Failure(TOO_MANY_ATTEMPTS, {"attempts": 3}))


def test_handing_back_counts_as_an_attempt_unless_the_worker_drains(store: SqlJobStore) -> None:
    store.add([new_job("a")])
    store.claim("a", "me", LEASE_S)
    assert store.hand_back("a", "me", "backend_unavailable")
    assert (job_of(store).state, job_of(store).attempts) == (State.ACCEPTED, 1)
    store.claim("a", "me", LEASE_S)
    assert store.hand_back("a", "me", "draining")
    assert job_of(store).attempts == 1
    assert [event.detail for event in store.events("a") if event.name == "handed_back"] == [
        "backend_unavailable",
        "draining",
    ]


def test_a_job_that_shall_wait_is_not_lost_while_it_does(running: SqlJobStore, clock: Clock) -> None:
    assert running.hand_back("a", "me", "backend_unavailable", delay_s=60)
    clock.now += 89
    assert running.lost(Kind.COPY, clock.now - 30) == ()
    clock.now += 2
    assert [job.id for job in running.lost(Kind.COPY, clock.now - 30)] == ["a"]


def test_only_who_has_a_job_may_hand_it_back(running: SqlJobStore) -> None:
    assert running.hand_back("a", "another", "draining") is False
    assert job_of(running).state is State.RUNNING


def test_a_waiting_job_is_canceled_at_once(store: SqlJobStore) -> None:
    store.add([new_job("a")])
    job = store.cancel("a")
    assert job is not None
    assert (job.state, job.result) == (State.CANCELED, Result())
    assert store.claim("a", "me", LEASE_S) is None


def test_a_running_job_is_asked_to_stop(running: SqlJobStore) -> None:
    running.cancel("a")
    job = running.cancel("a")
    assert job is not None
    assert (job.state, job.cancel_requested) == (State.RUNNING, True)
    assert running.heartbeat(["another", "me"], LEASE_S).canceled == {"me"}
    assert running.heartbeat(["another"], LEASE_S).canceled == frozenset()
    assert names(running) == ["accepted", "started", "cancel_requested"]


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.HELD])
def test_what_comes_of_a_job_after_it_was_canceled_is_not_its_outcome(running: SqlJobStore, state: State) -> None:
    running.cancel("a")
    made = (Artifact(ArtifactKind.TEXT, 0, 7, text="too late"),)
    assert running.finish("a", "me", state, Result(made, usage=Usage(images=1)))
    assert job_of(running).state is State.CANCELED
    assert job_of(running).result == Result(usage=Usage(images=1)), "what it took is not forgotten"


def test_who_else_canceled_a_job_is_in_its_log(store: SqlJobStore, running: SqlJobStore) -> None:
    running.cancel("a", "operator:ada")
    store.add([new_job("waits")])
    store.cancel("waits", "operator:ada")
    for job_id in ("a", "waits"):
        details = {event.name: event.detail for event in store.events(job_id)}
        assert details["cancel_requested"] == "operator:ada"


def test_a_canceled_job_that_is_handed_back_is_over(running: SqlJobStore) -> None:
    running.cancel("a")
    assert running.hand_back("a", "me", "draining")
    assert job_of(running).state is State.CANCELED


def test_a_canceled_job_of_a_dead_worker_is_over_when_another_would_take_it(running: SqlJobStore, clock: Clock) -> None:
    running.cancel("a")
    clock.now += LEASE_S + 1
    assert running.claim("a", "another", LEASE_S) is None
    assert job_of(running).state is State.CANCELED


def test_a_running_job_cannot_end_as_running(running: SqlJobStore) -> None:
    with pytest.raises(ValueError, match="running to running"):
        running.finish("a", "me", State.RUNNING, Result())


def test_jobs_that_were_queued_long_ago_are_lost_once(store: SqlJobStore, clock: Clock) -> None:
    store.add([new_job("a"), new_job("b"), new_drawing("drawing")])
    clock.now += 60
    store.add([new_job("new")])
    assert {job.id for job in store.lost(Kind.COPY, clock.now - 30)} == {"a", "b"}
    assert store.lost(Kind.COPY, clock.now - 30) == ()
    clock.now += 31
    assert {job.id for job in store.lost(Kind.COPY, clock.now - 30)} == {"a", "b", "new"}


def test_what_a_dead_worker_held_at_its_last_attempt_is_given_up_when_it_is_found(
    store: SqlJobStore, clock: Clock
) -> None:
    store.add([new_job("a")])
    for _ in range(2):
        store.claim("a", "me", LEASE_S)
        clock.now += LEASE_S + 1
    store.claim("a", "me", LEASE_S)
    clock.now += LEASE_S + 1
    (job,) = store.lost(Kind.COPY, older_than=0)
    assert (job.state, job.result) == (State.FAILED, Result(failure=Failure(TOO_MANY_ATTEMPTS, {"attempts": 3})))


def test_jobs_of_dead_workers_are_lost_whenever_they_were_queued(running: SqlJobStore, clock: Clock) -> None:
    assert running.lost(Kind.COPY, older_than=0) == ()
    clock.now += LEASE_S + 1
    (job,) = running.lost(Kind.COPY, older_than=0)
    assert (job.id, job.state, job.attempts) == ("a", State.ACCEPTED, 1)
    assert running.finish("a", "me", State.SUCCEEDED, Result()) is False


def test_of_many_who_look_for_lost_jobs_each_gets_others(open_store: MakeStore, clock: Clock) -> None:
    stores = [open_store() for _ in range(4)]
    stores[0].add([new_job(f"j{n:02}") for n in range(40)])
    clock.now += 60
    with ThreadPoolExecutor(4) as pool:
        found = [job.id for jobs in pool.map(lambda s: s.lost(Kind.COPY, clock.now - 30), stores) for job in jobs]
    assert sorted(found) == [f"j{n:02}" for n in range(40)]


def test_a_canceled_job_of_a_dead_worker_is_over_when_it_is_found(running: SqlJobStore, clock: Clock) -> None:
    running.cancel("a")
    clock.now += LEASE_S + 1
    assert [job.state for job in running.lost(Kind.COPY, older_than=0)] == [State.CANCELED]


def failed(store: SqlJobStore, job_id: str = "a", code: str = "timed_out") -> SqlJobStore:
    store.claim(job_id, "me", LEASE_S)
    store.finish(job_id, "me", State.FAILED, Result(failure=Failure(code)))
    return store


def test_a_failed_job_that_is_started_again_is_as_new_and_shown_in_its_message(
    store: SqlJobStore, clock: Clock
) -> None:
    store.add([new_job("a"), new_job("b")])
    failed(store)
    show(store, Delivery("a", "1.2", done=True))
    clock.now += 5
    again = store.retry("a", "operator:ada")
    assert again == job_of(store)
    assert (again.state, again.attempts, again.result, again.finished_at) == (State.ACCEPTED, 0, None, None)
    assert (store.delivery("a").message, store.delivery("a").done) == ("1.2", False)
    assert [(event.name, event.detail) for event in store.events("a")][-1] == ("retried", "operator:ada")
    assert store.position(again) == 1, "it takes its turn behind what waits"
    assert store.claim("a", "another", LEASE_S) is not None
    assert store.finish("a", "another", State.SUCCEEDED, Result())
    assert store.undelivered(clock.now + 1) == ("a",)


def test_a_failed_job_that_is_started_again_is_shown_to_whoever_was_told_that_it_is_not(store: SqlJobStore) -> None:
    store.add([new_job("a")])
    failed(store)
    notes = {"part:0": "intended:1.0", "x.png": "F1"}
    show(store, Delivery("a", files={**notes, EXCUSE_NOTE: "7.7"}, done=True))
    store.retry("a", "operator:ada")
    assert store.delivery("a") == Delivery("a", files=notes), "what may have been posted is still looked for"


def test_only_a_failed_job_can_be_started_again(running: SqlJobStore) -> None:
    assert running.retry("x", "operator:ada") is None
    for _ in range(2):
        before = job_of(running)
        assert running.retry("a", "operator:ada") == before
        running.cancel("a")
        running.hand_back("a", "me", "draining")


def test_a_reply_that_could_not_be_sent_is_not_started_again(store: SqlJobStore) -> None:
    store.add([new_draft("a", Sending("draft", "Yes."))])
    failed(store)
    store.retry("a", "operator:ada")
    assert job_of(store).state is State.FAILED, "its agent may have sent it again since: the customer would get two"


def test_jobs_are_found_by_what_they_are(store: SqlJobStore, clock: Clock) -> None:
    elsewhere = Origin("T1", "C2", "U2")
    store.add([new_job("a"), new_job("b", created_at=200.0), new_drawing("drawing"), new_job("c", origin=elsewhere)])
    failed(store, "a", "timed_out")
    failed(store, "b", "internal")
    store.retry("b", "operator:ada")
    failed(store, "b", TOO_MANY_ATTEMPTS)

    def ids(**wanted: Any) -> set[str]:
        return {job.id for job in store.find(Wanted(**wanted))}

    assert store.find(Wanted(limit=1))[0].id == "b"
    assert ids(states=(State.FAILED,)) == {"a", "b"}
    assert ids(failure=TOO_MANY_ATTEMPTS) == {"b"}
    assert ids(failure="internal") == set()
    assert ids(kind=Kind.DRAW) == {"drawing"}
    assert ids(channel="C2") == ids(user="U2") == {"c"}
    assert ids(since=200.0) == {"b"}
    assert ids(workspace="T2") == set()


def test_a_variant_that_is_picked_is_shown_again_and_the_latest_pick_counts(running: SqlJobStore) -> None:
    running.finish("a", "me", State.SUCCEEDED, RESULTS[State.SUCCEEDED])
    show(running, Delivery("a", "1.1", done=True))
    for variant in (0, 1, 1):
        picked = running.pick("a", variant, "U2")
        assert picked is not None
        assert picked.picked == variant
    assert running.delivery("a").done is False
    assert [event for event in names(running) if event == "picked"] == ["picked", "picked"]


def test_what_is_not_there_cannot_be_picked(running: SqlJobStore) -> None:
    assert running.pick("none", 0, "U2") is None
    assert running.pick("a", 0, "U2") == job_of(running)
    running.finish("a", "me", State.SUCCEEDED, RESULTS[State.SUCCEEDED])
    assert running.pick("a", 2, "U2") == job_of(running)
    assert job_of(running).picked is None


def test_a_delivery_that_did_not_see_the_pick_is_not_the_last(running: SqlJobStore) -> None:
    running.finish("a", "me", State.SUCCEEDED, RESULTS[State.SUCCEEDED])
    assert running.lock_delivery("a", "deliverer", 30)
    running.pick("a", 1, "U2")
    assert running.save_delivery(
        Delivery("a", "1.1", done=True), "deliverer", 30, channel="C1", thread="1.1", state=State.SUCCEEDED
    )
    assert running.delivery("a").done is False
