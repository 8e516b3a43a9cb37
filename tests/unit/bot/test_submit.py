"""What submitting promises: durable before it returns, one transaction for many, the broker told afterwards."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from bot.submit import Submitter, job_id, new_job, new_seed, revise
from engine.domain.job import Job, NewJob, Origin, State, Submitted
from engine.domain.limits import Denial, Limits
from engine.domain.request import CopyParams, Kind, Length, Request, Revision, RevisionMode
from engine.domain.work import FromRecipe
from engine.errors import QueueUnavailable, StoreUnavailable

ORIGIN = Origin("T1", "C1", "U1")
REQUEST = Request(Kind.COPY, "a post", CopyParams(tone="dry", seed=7))


def job_of(new: NewJob) -> Job:
    return Job(new.id, new.origin, new.request, new.created_at, State.ACCEPTED, new.id, 1)


class Store:
    """Counts transactions; holds the first one until told to go on; refuses prompts of "poison"."""

    def __init__(self) -> None:
        self.transactions: list[int] = []
        self.jobs: dict[str, Job] = {}
        self.entered, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()
        self.fails: Exception | None = None

    def add(self, jobs: Sequence[NewJob]) -> list[Submitted]:
        self.entered.set()
        self.go_on.wait(10)
        if self.fails:
            raise self.fails
        if any(new.request.prompt == "poison" for new in jobs):
            raise ValueError("cannot be stored")
        self.transactions.append(len(jobs))
        return [self._add(new) for new in jobs]

    def admit(self, jobs: Sequence[NewJob], limits: Limits) -> list[Submitted | Denial]:
        return [*self.add(jobs)]

    def _add(self, new: NewJob) -> Submitted:
        created = new.id not in self.jobs
        return Submitted(self.jobs.setdefault(new.id, job_of(new)), created)


class Queue:
    """Says nothing before it is told to go on."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.fails: Exception | None = None

    def generate(self, job_id: str, kind: Kind) -> None:
        self._say(f"generate {kind} {job_id}")

    def deliver(self, job_id: str) -> None:
        self._say(f"deliver {job_id}")

    def _say(self, word: str) -> None:
        self.go_on.wait(10)
        if self.fails:
            raise self.fails
        self.said.append(word)


class Prompt(str):
    """A text that tells whether anyone still has it."""

    __slots__ = ("__weakref__",)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def submitter(store: Store, queue: Queue) -> Iterator[Submitter]:
    submitter = Submitter(store, queue)  # type: ignore[arg-type]
    yield submitter
    submitter.close()


def wish(key: str, prompt: str = "a post") -> NewJob:
    return new_job(key, ORIGIN, Request(Kind.COPY, prompt, CopyParams()), now=5.0)


async def test_a_submitted_job_is_stored_then_shown_and_generated(
    submitter: Submitter, store: Store, queue: Queue
) -> None:
    submitted = await submitter.submit(wish("msg:C1:1.1"))
    assert submitted.created
    assert store.jobs[submitted.job.id].request.prompt == "a post"
    submitter.close()
    assert queue.said == [f"deliver {submitted.job.id}", f"generate copy {submitted.job.id}"]


async def test_the_same_request_twice_at_once_is_one_job_and_queued_once(
    submitter: Submitter, store: Store, queue: Queue
) -> None:
    store.go_on.clear()
    earlier = asyncio.create_task(submitter.submit(wish("k0")))
    await asyncio.to_thread(store.entered.wait, 10)
    both = [asyncio.create_task(submitter.submit(wish("msg:C1:1.1"))) for _ in range(2)]
    await asyncio.sleep(0)
    store.go_on.set()
    await earlier
    first, again = await asyncio.gather(*both)
    assert first.job.id == again.job.id
    submitter.close()
    assert len(queue.said) == 4


async def test_a_known_request_that_nobody_took_is_announced_again(
    submitter: Submitter, store: Store, queue: Queue
) -> None:
    """Slack sends it again: the process that stored it died before the broker heard of it."""
    new = wish("msg:C1:1.1")
    store.jobs[new.id] = job_of(new)
    assert not (await submitter.submit(new)).created
    submitter.close()
    assert queue.said == [f"deliver {new.id}", f"generate copy {new.id}"]


@pytest.mark.parametrize("state", [state for state in State if state is not State.ACCEPTED])
async def test_a_known_request_that_somebody_took_is_not(
    submitter: Submitter, store: Store, queue: Queue, state: State
) -> None:
    new = wish("msg:C1:1.1")
    store.jobs[new.id] = replace(job_of(new), state=state)
    await submitter.submit(new)
    submitter.close()
    assert queue.said == []


async def test_what_waits_during_a_commit_goes_into_the_next_one_together(submitter: Submitter, store: Store) -> None:
    store.go_on.clear()
    first = asyncio.create_task(submitter.submit(wish("k0")))
    await asyncio.to_thread(store.entered.wait, 10)
    others = [asyncio.create_task(submitter.submit(wish(f"k{n}"))) for n in range(1, 17)]
    await asyncio.sleep(0)
    store.go_on.set()
    await asyncio.gather(first, *others)
    assert store.transactions == [1, 16]


async def test_one_that_cannot_be_stored_does_not_take_its_neighbours_with_it(
    submitter: Submitter, store: Store
) -> None:
    store.go_on.clear()
    first = asyncio.create_task(submitter.submit(wish("k0")))
    await asyncio.to_thread(store.entered.wait, 10)
    good = asyncio.create_task(submitter.submit(wish("k1")))
    bad = asyncio.create_task(submitter.submit(wish("k2", "poison")))
    await asyncio.sleep(0)
    store.go_on.set()
    await asyncio.gather(first, good)
    with pytest.raises(ValueError, match="cannot be stored"):
        await bad


async def test_without_a_database_the_caller_hears_of_it(submitter: Submitter, store: Store) -> None:
    store.fails = StoreUnavailable("down")
    with pytest.raises(StoreUnavailable):
        await submitter.submit(wish("k"))


async def test_without_a_broker_the_job_is_safe_all_the_same(submitter: Submitter, store: Store, queue: Queue) -> None:
    queue.fails = QueueUnavailable("down")
    submitted = await submitter.submit(wish("k"))
    assert submitted.job.id in store.jobs


async def test_no_prompt_waits_for_a_broker_that_does_not_answer(
    submitter: Submitter, store: Store, queue: Queue
) -> None:
    queue.go_on.clear()
    prompt = Prompt("a secret")
    for key, text in (("k0", "first"), ("k1", prompt), ("k2", "last")):
        await submitter.submit(wish(key, text))
    store.jobs.clear()
    kept, text, prompt = weakref.ref(prompt), "", Prompt()
    gc.collect()
    assert kept() is None
    queue.go_on.set()


async def test_whoever_stopped_waiting_does_not_stop_the_others(submitter: Submitter, store: Store) -> None:
    store.go_on.clear()
    gone = asyncio.create_task(submitter.submit(wish("k0")))
    await asyncio.to_thread(store.entered.wait, 10)
    stays = asyncio.create_task(submitter.submit(wish("k1")))
    await asyncio.sleep(0)
    gone.cancel()
    store.go_on.set()
    assert (await stays).created


async def test_what_was_told_to_be_asked_for_again_is_not_stored_when_the_database_is_back(
    submitter: Submitter, store: Store
) -> None:
    store.go_on.clear()
    first = asyncio.create_task(submitter.submit(wish("k0")))
    await asyncio.to_thread(store.entered.wait, 10)
    gone = asyncio.create_task(submitter.submit(wish("k1")))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    store.go_on.set()
    await first
    await submitter.submit(wish("k2"))
    assert set(store.jobs) == {job_id("k0"), job_id("k2")}


async def test_a_message_can_be_brought_up_to_date_on_its_own(submitter: Submitter, queue: Queue) -> None:
    submitter.show_soon("j1")
    submitter.close()
    assert queue.said == ["deliver j1"]


def test_the_id_of_a_job_follows_from_its_key() -> None:
    assert job_id("msg:C1:1.1") == job_id("msg:C1:1.1")
    assert job_id("msg:C1:1.1") != job_id("msg:C1:1.2")
    assert len(job_id("x")) == 16


def test_a_revision_carries_everything_over_but_the_seed() -> None:
    parent = job_of(new_job("k", ORIGIN, REQUEST, 1.0))
    revision = Revision(parent.id, RevisionMode.EDIT, "shorter")
    request = revise(parent, revision, seed=9)
    assert request == Request(Kind.COPY, "a post", CopyParams(tone="dry", seed=9, length=Length.MEDIUM), revision)


def test_a_revision_stays_the_work_that_its_parent_was() -> None:
    work = FromRecipe("apology", (("order", "4711"),))
    parent = job_of(new_job("k", ORIGIN, replace(REQUEST, work=work), 1.0))
    assert revise(parent, Revision(parent.id, RevisionMode.EDIT, "shorter"), seed=9).work == work


def test_seeds_are_small_enough_for_every_backend() -> None:
    assert all(0 <= new_seed() < 2**31 for _ in range(100))


def test_once_a_variant_is_picked_a_change_makes_one() -> None:
    new = new_job("k", ORIGIN, Request(Kind.COPY, "a post", CopyParams(n=3)), 0.0)
    parent = Job(new.id, new.origin, new.request, 0.0, State.SUCCEEDED, new.id, 1)
    assert revise(parent, Revision(new.id), 7).params == CopyParams(n=3, seed=7)
    assert revise(replace(parent, picked=1), Revision(new.id, variant=1), 7).params == CopyParams(n=1, seed=7)
    again = Revision(new.id, RevisionMode.AGAIN)
    assert revise(replace(parent, picked=1), again, 7).params == CopyParams(n=3, seed=7)
