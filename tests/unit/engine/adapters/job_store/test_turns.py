"""People take turns: however much one of them asks for, another's one request is made soon."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.adapters.job_store import SqlJobStore, migrate
from engine.adapters.job_store.turns import next_of
from engine.domain.job import NewJob, Origin, State
from engine.domain.request import Kind
from engine.domain.result import Result
from tests.support.clock import Clock
from tests.support.jobs import new_drawing, new_job
from tests.unit.engine.conftest import MakeStore

LEASE_S = 30.0


def asked(*names: str, at: float = 100.0) -> list[NewJob]:
    """Jobs "ann1", "ann2", "bob1": of the person that the name begins with."""
    return [
        new_job(name, origin=Origin("T1", "C1", name.rstrip("0123456789")), created_at=at + number)
        for number, name in enumerate(names)
    ]


def many(person: str, count: int) -> list[NewJob]:
    return asked(*(f"{person}{number}" for number in range(1, count + 1)))


def take(store: SqlJobStore, sign: str) -> str:
    """The id of what a worker is given when `sign` comes through the queue; "" for nothing."""
    job = store.take_turn(sign, f"worker of {sign}", LEASE_S)
    return job.id if job else ""


def drained(store: SqlJobStore, signs: Sequence[str]) -> list[str]:
    """What one worker makes, one after the other."""
    made = []
    for sign in signs:
        made.append(take(store, sign))
        store.finish(made[-1], f"worker of {sign}", State.SUCCEEDED, Result())
    return made


def test_one_request_does_not_wait_for_anothers_hundred(store: SqlJobStore) -> None:
    store.add(many("ann", 100))
    signs = [f"ann{number}" for number in range(1, 101)]
    assert drained(store, signs[:3]) == ["ann1", "ann2", "ann3"]
    store.add(asked("bob1", at=900.0))
    assert drained(store, [*signs[3:6]]) == ["ann4", "bob1", "ann5"]


def test_those_who_ask_for_several_things_take_turns(store: SqlJobStore) -> None:
    store.add([*many("ann", 4), *many("bob", 3), *many("cat", 1)])
    signs = [f"ann{n}" for n in (1, 2, 3, 4)] + [f"bob{n}" for n in (1, 2, 3)] + ["cat1"]
    assert drained(store, signs) == ["ann1", "bob1", "cat1", "ann2", "bob2", "ann3", "bob3", "ann4"]


def test_a_worker_with_many_hands_shares_them_out(store: SqlJobStore) -> None:
    store.add([*many("ann", 20), *asked("bob1", "cat1")])
    assert sorted(take(store, f"ann{number}") for number in range(1, 5)) == ["ann1", "ann2", "bob1", "cat1"]


def test_what_a_person_had_made_before_is_not_held_against_them(store: SqlJobStore) -> None:
    store.add(many("ann", 5))
    drained(store, [f"ann{number}" for number in range(1, 6)])
    store.add([*asked("ann6", at=500.0), *asked("bob1", at=501.0)])
    assert drained(store, ["bob1", "ann6"]) == ["ann6", "bob1"]


def test_nobody_gets_ahead_by_sending_one_thing_at_a_time(store: SqlJobStore) -> None:
    """Bob's next request comes after the others' next, as if he had asked for both at once."""
    store.add([*many("ann", 3), *asked("bob1")])
    assert drained(store, ["ann1", "bob1"]) == ["ann1", "bob1"]
    store.add(asked("bob2", at=900.0))
    assert drained(store, ["ann2", "ann3", "bob2"]) == ["ann2", "bob2", "ann3"]


def test_texts_and_pictures_have_queues_of_their_own(store: SqlJobStore) -> None:
    store.add([new_job("text"), new_drawing("picture")])
    assert take(store, "picture") == "picture"
    assert take(store, "picture") == ""
    assert take(store, "text") == "text"


def test_a_sign_whose_own_job_is_over_still_finds_work(store: SqlJobStore) -> None:
    store.add(many("ann", 2))
    store.cancel("ann1")
    assert take(store, "ann1") == "ann2"


def test_a_sign_of_a_job_that_is_gone_finds_nothing(store: SqlJobStore) -> None:
    store.add(many("ann", 1))
    assert take(store, "nobody's") == ""


def test_every_sign_that_came_finds_one_job_and_one_too_many_finds_none(store: SqlJobStore) -> None:
    store.add([*many("ann", 3), *many("bob", 2)])
    signs = ["bob2", "ann3", "bob1", "ann2", "ann1", "ann1"]
    found = [take(store, sign) for sign in signs]
    assert sorted(found) == ["", "ann1", "ann2", "ann3", "bob1", "bob2"]
    assert found[-1] == ""


def test_a_job_that_rests_is_passed_over_until_its_own_sign_comes(store: SqlJobStore, clock: Clock) -> None:
    store.add(many("ann", 2))
    assert take(store, "ann1") == "ann1"
    store.hand_back("ann1", "worker of ann1", "backend_unavailable", delay_s=60)
    assert take(store, "ann2") == "ann2"
    assert take(store, "ann2") == ""
    assert take(store, "ann1") == "ann1"


def test_a_job_that_was_handed_back_comes_first_again(store: SqlJobStore) -> None:
    store.add([*many("ann", 2), *many("bob", 2)])
    take(store, "ann1")
    store.hand_back("ann1", "worker of ann1", "draining")
    assert drained(store, ["bob1", "bob2"]) == ["ann1", "bob1"]


def test_the_job_of_a_dead_worker_is_had_by_its_own_sign(store: SqlJobStore, clock: Clock) -> None:
    store.add(many("ann", 2))
    take(store, "ann1")
    clock.now += LEASE_S + 1
    assert take(store, "ann1") == "ann1"


def test_what_was_tried_too_often_ends_by_its_own_sign_and_holds_up_nobody(store: SqlJobStore, clock: Clock) -> None:
    store.add(many("ann", 2))
    for _ in range(3):
        store.take_turn("ann1", "worker", LEASE_S)
        store.hand_back("ann1", "worker", "backend_unavailable")
    assert take(store, "ann2") == "ann2"
    assert take(store, "ann1") == ""
    job = store.get("ann1")
    assert job is not None
    assert job.state is State.FAILED


def test_of_many_who_take_at_once_each_gets_another_job(open_store: MakeStore) -> None:
    stores = [open_store() for _ in range(4)]
    stores[0].add(many("ann", 40))
    signs = [(stores[number % 4], f"ann{number}") for number in range(1, 41)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda pair: take(*pair), signs))
    assert sorted(found) == sorted(f"ann{number}" for number in range(1, 41))


def test_a_place_in_the_queue_counts_what_runs_and_whose_turn_comes_first(store: SqlJobStore) -> None:
    store.add(many("ann", 4))
    take(store, "ann1")
    (bob,) = store.add(asked("bob1", at=900.0))
    waiting = {name: store.get(name) for name in ("ann1", "ann2", "ann3", "ann4")}
    assert {name: store.position(job) for name, job in waiting.items() if job} == {
        "ann1": 0, "ann2": 1, "ann3": 3, "ann4": 4,
    }  # fmt: skip
    assert store.position(bob.job) == 2


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=40))
@settings(max_examples=15, deadline=None)
def test_while_two_people_wait_neither_is_served_twice_more_than_the_other(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, bool]]
) -> None:
    """Fair at every moment, in whatever order people ask and one worker takes."""
    url = f"sqlite:///{tmp_path_factory.mktemp('turns') / 'jobs.db'}"
    migrate(url)
    store = SqlJobStore(url, clock=Clock())
    waiting, sign = dict.fromkeys("abcd", 0), ""
    ahead = {(one, other): 0 for one in "abcd" for other in "abcd"}
    for number, (person, asks) in enumerate(steps):
        if asks or not any(waiting.values()):
            store.add(asked(f"{person}{number}", at=float(number)))
            waiting[person] += 1
            sign = f"{person}{number}"
            if waiting[person] == 1:
                ahead |= {pair: 0 for pair in ahead if person in pair}
            continue
        served = drained(store, [sign])[0][0]
        waiting[served] -= 1
        for other in "abcd":
            if other != served and waiting[other]:
                ahead[served, other] += 1
                ahead[other, served] -= 1
                assert ahead[served, other] <= 2
    store.close()


def test_the_next_one_is_found_without_looking_at_all(store: SqlJobStore, url: str) -> None:
    engine = sa.create_engine(url)
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET enable_seqscan = off")
        question = next_of(Kind.COPY, "a", 1000.0, 3).compile(engine, compile_kwargs={"literal_binds": True})
        told = " ".join(str(row) for row in connection.exec_driver_sql(f"{explain} {question}"))
    engine.dispose()
    assert "ix_jobs_turn" in told
    assert "Sort" not in told
    assert "TEMP B-TREE" not in told
