"""What adding promises: each request once, each revision a version, all or nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from engine.adapters.job_store import SqlJobStore
from engine.adapters.job_store.tables import jobs
from engine.domain.job import Origin, State
from engine.domain.request import CopyParams, DrawParams, Length, Revision, RevisionMode
from tests.support.jobs import edit, new_drawing, new_job
from tests.support.waiting import until
from tests.unit.engine.conftest import MakeStore

_WAITING = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
WORST_TEXT = "“quotes” — 画一辆红色的自行车 \x00\n\\' ; DROP TABLE jobs; \U0001f6b2"


@pytest.mark.parametrize(
    "params",
    [
        CopyParams("dry", "zh", Length.LONG, 3, "m", 7, 0.5),
        CopyParams(),
        DrawParams(64, 32, 2, 9, 12, 7.5, "blurry", "oil", "m"),
        DrawParams(),
    ],
)
@pytest.mark.parametrize("revision", [None, Revision("gone", RevisionMode.VARY, WORST_TEXT, 1)])
def test_a_job_comes_back_as_it_was_given(
    store: SqlJobStore, params: CopyParams | DrawParams, revision: Revision | None
) -> None:
    origin = Origin("T1", "C1", "U1", "1700000000.000100", "zh")
    new = new_job("a", WORST_TEXT, params=params, revision=revision, origin=origin, created_at=1700000000.25)
    (submitted,) = store.add([new])
    job = store.get("a")
    assert job == submitted.job
    assert job is not None
    assert (job.request, job.origin, job.created_at) == (new.request, origin, 1700000000.25)
    assert (job.state, job.root_id, job.version, job.attempts) == (State.ACCEPTED, "a", 1, 0)
    assert [event.name for event in store.events("a")] == ["accepted"]


def test_the_same_request_again_is_the_earlier_job(store: SqlJobStore) -> None:
    (first,) = store.add([new_job("a")])
    (again,) = store.add([new_job("a")])
    assert (first.created, again.created) == (True, False)
    assert first.job == again.job


def test_the_same_request_twice_in_one_batch_is_one_job(store: SqlJobStore) -> None:
    same = store.add([new_job("a"), new_job("b"), new_job("a")])
    assert [(one.job.id, one.created) for one in same] == [("a", True), ("b", True), ("a", False)]
    assert len(store.events("a")) == 1


def test_the_same_request_from_many_threads_is_one_job(open_store: MakeStore) -> None:
    stores = [open_store() for _ in range(4)]
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(lambda n: stores[n % 4].add([new_job("a"), new_job("b")]), range(32)))
    assert sum(submitted.created for result in results for submitted in result) == 2


def test_nothing_is_stored_of_a_batch_that_fails(store: SqlJobStore) -> None:
    broken = replace(new_job("b"), origin=Origin("T", "C", user=None))  # type: ignore[arg-type]
    with pytest.raises(Exception, match=r"(?i)null"):
        store.add([new_job("a"), broken])
    assert store.get("a") is None


def test_revisions_are_versions_of_the_first_job(store: SqlJobStore) -> None:
    store.add([new_job("a"), new_job("b", revision=edit("a")), new_job("c", revision=edit("b"))])
    (submitted,) = store.add([new_job("d", revision=edit("a"))])
    assert (submitted.job.root_id, submitted.job.version) == ("a", 4)
    assert [(job.id, job.version) for job in store.versions("a")] == [("a", 1), ("b", 2), ("c", 3), ("d", 4)]


def test_revisions_from_many_threads_get_a_version_each(open_store: MakeStore) -> None:
    stores = [open_store() for _ in range(4)]
    stores[0].add([new_job("a")])
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: stores[n % 4].add([new_job(f"r{n}", revision=edit("a"))]), range(24)))
    assert [job.version for job in stores[0].versions("a")] == list(range(1, 26))


def test_a_line_of_revisions_leads_from_the_first_version_to_the_job(store: SqlJobStore) -> None:
    store.add([new_job("a"), new_job("b", revision=edit("a")), new_job("other", revision=edit("a"))])
    (last,) = store.add([new_job("c", revision=edit("b"))])
    assert [job.id for job in store.lineage(last.job)] == ["a", "b", "c"]


def test_a_revision_of_a_job_that_is_gone_stands_alone(store: SqlJobStore) -> None:
    (submitted,) = store.add([new_job("b", revision=edit("gone"))])
    assert [job.id for job in store.lineage(submitted.job)] == ["b"]


def test_a_revision_of_what_is_purged_in_the_same_moment_stands_alone(open_store: MakeStore) -> None:
    """On PostgreSQL it has found the first version by then, and waits for the purge to let go of it."""
    purge, store = open_store(), open_store()
    store.add([new_job("a"), new_job("b", revision=edit("a"))])
    with ThreadPoolExecutor(1) as pool:
        with purge._database.write() as connection:
            connection.execute(sa.delete(jobs))
            added = pool.submit(store.add, [new_job("c", revision=edit("b"))])
            if not purge._database.sqlite:
                until(lambda: connection.scalar(_WAITING))
        (submitted,) = added.result()
    assert (submitted.job.root_id, submitted.job.version) == ("c", 1)
    assert [job.id for job in store.lineage(submitted.job)] == ["c"]


def test_the_place_in_the_queue_counts_what_came_before_and_is_not_over(store: SqlJobStore) -> None:
    store.add([new_job(name, created_at=at) for name, at in (("a", 1.0), ("b", 2.0), ("c", 2.0), ("d", 4.0))])
    store.add([new_drawing("drawing")])
    stored = {name: store.get(name) for name in "abcd"}
    store.claim("a", "me", 60)
    store.cancel("b")
    assert {name: store.position(job) for name, job in stored.items() if job} == {"a": 0, "b": 0, "c": 1, "d": 2}


def test_a_persons_newest_jobs_come_first(store: SqlJobStore) -> None:
    store.add([new_job(f"j{n}", created_at=float(n)) for n in range(5)])
    store.add([new_job("another", origin=Origin("T1", "C1", "U2"), created_at=9.0)])
    assert [job.id for job in store.recent("T1", "U1", 3)] == ["j4", "j3", "j2"]


def test_what_was_submitted_is_told_as_it_is_stored(store: SqlJobStore) -> None:
    (first,) = store.add([new_job("a")])
    (second,) = store.add([new_job("b", revision=edit("a"))])
    assert [first.job, second.job] == [store.get("a"), store.get("b")]


def test_the_trace_of_a_request_stays_with_its_job(store: SqlJobStore) -> None:
    """Ids alone, so that whoever works on the job later goes on in it."""
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    store.add([replace(new_job("a"), trace=parent), new_job("b")])
    taken = store.claim("a", "worker", 30)
    untraced = store.get("b")
    assert taken is not None
    assert untraced is not None
    assert (taken.trace, untraced.trace) == (parent, "")
