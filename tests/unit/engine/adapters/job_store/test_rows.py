"""What came of rows: kept at once, once each, gone with their job's texts; and what one text takes."""

from __future__ import annotations

from dataclasses import replace

from engine.adapters.job_store import SqlJobStore
from engine.domain.job import CONTINUED, Delivery, NewJob, State
from engine.domain.request import CopyParams
from engine.domain.result import Artifact, ArtifactKind, Result, Shortfall, Usage
from engine.domain.rows import Pace, RowMade
from engine.domain.work import ForEachRow
from tests.support.clock import Clock
from tests.support.jobs import new_job, show

TABLE, MADE = f"{'a' * 64}.csv", f"{'b' * 64}.csv"
ROWS = (
    RowMade(0, "Tea, Ada?", shortfalls=(Shortfall("too_long", {"most": 5}),)),
    RowMade(1, problem="refused", detail="personal-data"),
)
RESULT = Result((Artifact(ArtifactKind.TEXT, 0, 5, "Row 1", blob=MADE, mimetype="text/csv"),))


def new_run(job_id: str = "a") -> NewJob:
    new = new_job(job_id, "", params=CopyParams())
    return replace(new, request=replace(new.request, work=ForEachRow("recommendation", TABLE, 2)))


def test_rows_come_back_in_order_and_the_first_of_two_counts(store: SqlJobStore) -> None:
    store.add([new_run(), new_run("b")])
    store.save_rows("a", [ROWS[1]])
    store.save_rows("a", [ROWS[0], RowMade(1, "second")])
    assert store.rows_made("a") == ROWS
    assert store.rows_made("b") == ()


def test_a_run_that_gives_way_is_no_attempt_and_the_others_come_first(store: SqlJobStore) -> None:
    store.add([new_run(), replace(new_job("other"), origin=replace(new_job("x").origin, user="U2"))])
    assert store.take_turn("a", "me", 30)
    assert store.hand_back("a", "me", CONTINUED)
    job = store.get("a")
    assert job is not None
    assert (job.state, job.attempts) == (State.ACCEPTED, 0)
    taken = [store.take_turn("a", f"worker {number}", 30) for number in range(2)]
    assert [job.id for job in taken if job] == ["other", "a"]


def test_the_files_of_a_run_are_known_until_its_texts_go(store: SqlJobStore, clock: Clock) -> None:
    assert not store.retention.has_drawn()
    store.add([new_run()])
    store.save_rows("a", ROWS)
    assert store.claim("a", "me", 30)
    assert store.finish("a", "me", State.SUCCEEDED, RESULT)
    show(store, Delivery("a", "1.1", done=True))
    assert set(store.retention.named()) == {TABLE, MADE}
    assert store.retention.has_drawn()
    assert store.retention.forget(clock.now + 1) == 1
    assert set(store.retention.named()) == set()
    assert store.rows_made("a") == ()


def test_the_pace_is_that_of_single_texts_of_the_model(store: SqlJobStore) -> None:
    assert store.pace("m") == Pace()
    for job_id, model, run_s in (("x", "m", 2.0), ("y", "m", 4.0), ("z", "other", 50.0)):
        store.add([new_job(job_id)])
        store.claim(job_id, "me", 30)
        store.finish(job_id, "me", State.SUCCEEDED, Result(usage=Usage(model=model, run_s=run_s)))
    store.add([new_run()])
    store.save_rows("a", ROWS)
    store.claim("a", "me", 30)
    store.finish("a", "me", State.SUCCEEDED, Result(usage=Usage(model="m", run_s=900.0)))
    assert store.pace("m") == Pace(3.0, None)
