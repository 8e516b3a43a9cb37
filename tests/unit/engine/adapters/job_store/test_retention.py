"""What time is up for goes, all of it; what somebody still needs stays, all of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from engine.adapters.job_store import SqlJobStore
from engine.domain.job import Audience, Delivery, State
from engine.domain.request import CopyParams, DrawParams, Kind, Request, Revision
from engine.domain.result import Artifact, ArtifactKind, Failure, Result, Usage
from engine.domain.review import Outcome
from engine.domain.usage import By
from tests.support.clock import Clock
from tests.support.jobs import edit, new_job, show
from tests.support.reviews import decision, held
from tests.unit.engine.conftest import MakeStore

SECRET = "hush-hush"
BLOB, UNMARKED, GIVEN = (f"{letter * 64}.png" for letter in "abc")
USAGE = Usage("m", "b", 1, 2, 1, 0.5, 2.5, 0.1, {"negative": SECRET, "steps": 4})
DRAWN = Result((Artifact(ArtifactKind.IMAGE, 0, 5, blob=BLOB, unmarked=UNMARKED, fingerprint="f" * 16),), usage=USAGE)
WROTE = Result((Artifact(ArtifactKind.TEXT, 0, 5, text=f"{SECRET}, said the bottle to the whole wide world."),))


def over(
    store: SqlJobStore,
    job_id: str,
    result: Result = WROTE,
    *,
    state: State = State.SUCCEEDED,
    revision: Revision | None = None,
    kind: Kind = Kind.COPY,
    delivered: bool = True,
) -> None:
    """A job that is finished and was shown."""
    if kind is Kind.COPY:
        params: CopyParams | DrawParams = CopyParams(tone=SECRET)
    else:
        params = DrawParams(negative=SECRET, init_image=GIVEN)
    store.add([new_job(job_id, SECRET, params=params, revision=revision)])
    assert store.claim(job_id, "worker", 30)
    assert store.finish(job_id, "worker", state, result)
    if delivered:
        show(store, Delivery(job_id, f"{job_id}.1", {BLOB: "F1"}, "x", done=True))


def forgotten(store: SqlJobStore, job_id: str) -> bool:
    job = store.get(job_id)
    assert job is not None
    return job.forgotten_at is not None


def everything(url: str, *tables: str) -> str:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        rows = [str(connection.exec_driver_sql(f"SELECT * FROM {table}").all()) for table in tables]  # noqa: S608
    engine.dispose()
    return "\n".join(rows)


def test_what_people_wrote_and_models_made_goes_and_who_asked_when_for_what_stays(
    store: SqlJobStore, clock: Clock, url: str
) -> None:
    over(store, "text")
    over(store, "picture", DRAWN, kind=Kind.DRAW)
    over(store, "change", revision=edit("text", SECRET))
    before = store.get("picture")
    assert before is not None
    clock.now += 100
    assert store.retention.forgettable(clock.now) == 3
    assert store.retention.forget(clock.now) == 3
    assert SECRET not in everything(url, "jobs", "job_events", "deliveries")
    job, change = store.get("picture"), store.get("change")
    assert job == replace(
        before,
        request=Request(Kind.DRAW, "", DrawParams()),
        result=Result(usage=replace(USAGE, settings={})),
        forgotten_at=clock.now,
    )
    assert change is not None
    assert change.request.revision == edit("text", "")
    assert store.delivery("picture").message == "picture.1"
    assert store.in_thread("C1", "text.1")
    assert [event.name for event in store.events("text")] == ["accepted", "started", "succeeded"]
    assert store.retention.forgettable(clock.now) == store.retention.forget(clock.now) == 0


def test_what_it_failed_for_stays(store: SqlJobStore, clock: Clock) -> None:
    over(store, "a", Result(failure=Failure("timed_out", {"limit_s": 9})), state=State.FAILED)
    store.retention.forget(clock.now + 1)
    job = store.get("a")
    assert job is not None
    assert job.result == Result(failure=Failure("timed_out", {"limit_s": 9}))


def test_what_is_young_enough_stays(store: SqlJobStore, clock: Clock) -> None:
    over(store, "a")
    assert store.retention.forget(clock.now) == store.retention.remove(clock.now) == 0
    assert not forgotten(store, "a")


@pytest.mark.parametrize("act", ["forget", "remove"])
def test_what_is_open_held_or_unseen_stays_however_old(store: SqlJobStore, clock: Clock, act: str) -> None:
    store.add([new_job("accepted"), new_job("running"), new_job("held")])
    for job_id in ("running", "held"):
        store.claim(job_id, "worker", 30)
    store.finish("held", "worker", State.HELD, held())
    for audience in Audience:
        show(store, Delivery("held", "1.1", done=True, audience=audience))
    over(store, "unseen", delivered=False)
    over(store, "half")
    with_reviewers = store.lock_delivery("half", "r", 30, Audience.REVIEWERS)
    assert with_reviewers
    store.save_delivery(
        Delivery("half", audience=Audience.REVIEWERS), "r", 30, channel="C", thread="", state=State.SUCCEEDED
    )
    assert getattr(store.retention, act)(clock.now + 1e9) == 0
    for job_id in ("accepted", "running", "held", "unseen", "half"):
        assert not forgotten(store, job_id)


@pytest.mark.parametrize("act", ["forget", "remove"])
def test_a_line_of_revisions_stays_while_one_of_them_is_needed(store: SqlJobStore, clock: Clock, act: str) -> None:
    over(store, "a")
    clock.now += 100
    over(store, "b", revision=edit("a"))
    assert getattr(store.retention, act)(clock.now) == 0
    store.add([new_job("c", revision=edit("b"))])
    assert getattr(store.retention, act)(clock.now + 1e9) == 0
    store.cancel("c")
    show(store, Delivery("c", "3.3", done=True))
    assert getattr(store.retention, act)(clock.now + 1e9) == 3


def test_in_the_end_nothing_of_a_request_is_left_but_the_audit_log_and_what_was_made(
    store: SqlJobStore, clock: Clock, url: str
) -> None:
    over(store, "a")
    over(store, "kept", delivered=False)
    assert store.retention.removable(clock.now + 1) == store.retention.remove(clock.now + 1) == 1
    assert store.get("a") is None
    assert store.events("a") == ()
    assert "a.1" not in everything(url, "deliveries")
    assert store.provenance.of_job("a", "T1") is not None
    assert store.get("kept") is not None


def test_many_lines_go_in_several_transactions(
    store: SqlJobStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.job_store.retention._LINES", 2)
    for number in range(5):
        over(store, f"a{number}")
    assert store.retention.forget(clock.now + 1) == 5
    assert store.retention.remove(clock.now + 1) == 5


def test_a_revision_that_comes_while_its_parent_goes_is_accepted_once_and_stays(
    open_store: MakeStore, clock: Clock
) -> None:
    one, other = open_store(), open_store()
    for number in range(15):
        over(one, f"a{number}")
    with ThreadPoolExecutor(2) as pool:
        going = pool.submit(one.retention.forget, clock.now + 1)
        for number in range(15):
            (submitted,) = other.add([new_job(f"b{number}", SECRET, revision=edit(f"a{number}"))])
            assert submitted.created
            assert (submitted.job.root_id, submitted.job.version) == (f"a{number}", 2)
        gone = going.result()
    assert sum(forgotten(one, f"a{number}") for number in range(15)) == gone
    assert not any(forgotten(one, f"b{number}") for number in range(15))


def test_the_files_that_drawings_name_are_known(
    store: SqlJobStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.job_store.retention._PAGE", 2)
    assert not store.retention.has_drawn()
    waiting = f"{'d' * 64}.webp"
    store.add([new_job(name, params=DrawParams(init_image=waiting)) for name in ("w1", "w2", "w3")])
    over(store, "a", DRAWN, kind=Kind.DRAW)
    assert set(store.retention.named()) == {BLOB, UNMARKED, GIVEN, waiting}
    assert set(store.retention.named(clock.now + 1)) == {waiting}
    assert store.retention.has_drawn()
    store.retention.forget(clock.now + 1)
    assert set(store.retention.named()) == {waiting}


def test_what_reviewers_did_not_approve_is_named_no_more(store: SqlJobStore) -> None:
    for job_id, outcome in (("no", Outcome.REJECTED), ("late", Outcome.EXPIRED), ("yes", Outcome.APPROVED)):
        store.add([new_job(job_id, params=DrawParams())])
        store.claim(job_id, "worker", 30)
        picture = Artifact(ArtifactKind.IMAGE, 0, 5, blob=f"{job_id.encode().hex().zfill(64)}.png")
        store.finish(job_id, "worker", State.HELD, held(picture))
        store.decide(job_id, decision(outcome))
    assert list(store.retention.named()) == [f"{b'yes'.hex().zfill(64)}.png"]


def test_a_sqlite_file_holds_nothing_of_what_was_deleted(store: SqlJobStore, clock: Clock, url: str) -> None:
    if not url.startswith("sqlite"):
        pytest.skip("PostgreSQL's vacuum does this in its own time")
    over(store, "a")
    store.retention.forget(clock.now + 1)
    store.close()  # which writes the journal into the file
    path = sa.make_url(url).database
    assert path is not None
    assert SECRET.encode() not in Path(path).read_bytes()


JOBS = st.sampled_from(["a", "b", "c"])
PARENTS = {"b": "a", "c": "b"}


class Keeping(RuleBasedStateMachine):
    """A line of three versions; the model knows which of them somebody could still need."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.clock = Clock()
        self.store = SqlJobStore(url, clock=self.clock)
        self.known: set[str] = set()
        self.seen: set[str] = set()
        self.was_over: dict[str, float] = {}

    @rule(job_id=JOBS)
    def ask(self, job_id: str) -> None:
        parent = PARENTS.get(job_id)
        if job_id not in self.known and (parent is None or parent in self.known):
            self.store.add([new_job(job_id, SECRET, revision=edit(parent) if parent else None)])
            self.known.add(job_id)

    @rule(job_id=JOBS, outcome=st.sampled_from([State.SUCCEEDED, State.HELD, State.FAILED]))
    def make(self, job_id: str, outcome: State) -> None:
        if self.store.claim(job_id, job_id, 30) is not None:
            self.store.finish(job_id, job_id, outcome, held() if outcome is State.HELD else WROTE)
            if outcome is not State.HELD:
                self.was_over[job_id] = self.clock.now

    @rule(job_id=JOBS)
    def decide(self, job_id: str) -> None:
        job = self.store.get(job_id)
        if job is not None and job.state is State.HELD:
            self.store.decide(job_id, decision())
            self.was_over[job_id] = self.clock.now

    @rule(job_id=JOBS)
    def deliver(self, job_id: str) -> None:
        if job_id in self.was_over:
            for audience in Audience:
                show(self.store, Delivery(job_id, "1.1", done=True, audience=audience))
            self.seen.add(job_id)

    @rule()
    def wait(self) -> None:
        self.clock.now += 10

    @rule()
    def forget(self) -> None:
        """All or none: the line goes once everything in it was seen and is old enough."""
        before, limit = self.gone(), self.clock.now - 20
        self.store.retention.forget(limit)
        needed = self.known - self.seen or [at for at in self.was_over.values() if at >= limit]
        assert self.gone() == (before if needed else self.known)

    def gone(self) -> set[str]:
        return {job_id for job_id in self.known if forgotten(self.store, job_id)}

    @invariant()
    def what_is_forgotten_is_empty_and_what_is_not_is_whole(self) -> None:
        gone = self.gone()
        for job in map(self.store.get, self.known):
            assert job is not None
            assert job.request.prompt == ("" if job.id in gone else SECRET)

    def teardown(self) -> None:
        self.store.close()


def test_whatever_happens_nothing_goes_that_somebody_needs(clean_url: Callable[[], str]) -> None:
    class Here(Keeping):
        def __init__(self) -> None:
            super().__init__(clean_url())

    thorough = settings(max_examples=12, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(Here, settings=thorough)


def test_who_used_what_goes_and_what_it_cost_stays_while_a_budget_counts_it(
    store: SqlJobStore, clock: Clock, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.job_store.retention._ENTRIES", 1)
    for job_id in ("a", "b", "c", "d"):
        over(store, job_id, Result(usage=USAGE))
        clock.now += 100
    since, before = clock.now - 350, clock.now - 150  # "a" is gone, "b" and "c" lose their names, "d" is as it was
    assert store.retention.clearable_usage(before, since) == store.retention.clear_usage(before, since) == 3
    assert store.retention.clearable_usage(before, since) == store.retention.clear_usage(before, since) == 0
    sums = store.usage_sums(By.USER, 0.0, clock.now)
    assert {found.group: (found.jobs, found.cost_usd) for found in sums} == {
        ("T1", ""): (2, 0.2),
        ("T1", "U1"): (1, 0.1),
    }
    assert everything(url, "usage").count("U1") == everything(url, "usage").count("C1") == 1


def test_usage_goes_altogether_where_no_budget_counts_it(store: SqlJobStore, clock: Clock) -> None:
    over(store, "a", Result(usage=USAGE))
    clock.now += 1
    assert store.retention.clear_usage(clock.now, counted_since=clock.now + 9) == 1
    assert store.usage_sums(By.DAY, 0.0, clock.now) == []
