"""Whatever order things happen in: the state machine holds, and every job has at most one outcome."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from engine.adapters.job_store import SqlJobStore
from engine.domain.job import TRANSITIONS, State
from engine.domain.request import Kind
from engine.domain.result import Result
from engine.domain.review import Outcome
from engine.timing import Timing
from tests.support.clock import Clock
from tests.support.jobs import edit, new_job, state
from tests.support.reviews import decision, held

OWNERS = st.sampled_from(["w1", "w2"])
JOBS = st.sampled_from(["a", "b"])
OUTCOMES = st.sampled_from([State.SUCCEEDED, State.HELD, State.REFUSED, State.FAILED, State.CANCELED])
LEASE_S = 30.0
AFTER = {"accepted": State.ACCEPTED, "started": State.RUNNING, "handed_back": State.ACCEPTED, "retried": State.ACCEPTED}


class Jobs(RuleBasedStateMachine):
    """Two jobs and two workers who do anything at any time; the model is who may believe to hold what."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.clock = Clock()
        self.store = SqlJobStore(url, timing=Timing(max_attempts=3), clock=self.clock)
        self.store.add([new_job("a"), new_job("b", revision=edit("a"))])
        self.holder: dict[str, str] = {}

    @rule(job_id=JOBS, owner=OWNERS)
    def claim(self, job_id: str, owner: str) -> None:
        job = self.store.claim(job_id, owner, LEASE_S)
        if job is not None:
            assert job.state is State.RUNNING
            assert job.attempts <= 3
            self.holder[job_id] = owner

    @rule(job_id=JOBS, owner=OWNERS, outcome=OUTCOMES)
    def finish(self, job_id: str, owner: str, outcome: State) -> None:
        result = held(expires_at=self.clock.now + LEASE_S) if outcome is State.HELD else Result()
        if self.store.finish(job_id, owner, outcome, result):
            assert self.holder.pop(job_id) == owner

    @rule(job_id=JOBS, outcome=st.sampled_from([Outcome.APPROVED, Outcome.REJECTED]))
    def decide(self, job_id: str, outcome: Outcome) -> None:
        self.store.decide(job_id, decision(outcome))

    @rule()
    def expire(self) -> None:
        self.store.expire_reviews()

    @rule(job_id=JOBS, owner=OWNERS, reason=st.sampled_from(["draining", "backend_unavailable"]))
    def hand_back(self, job_id: str, owner: str, reason: str) -> None:
        if self.store.hand_back(job_id, owner, reason):
            assert self.holder.pop(job_id) == owner

    @rule(job_id=JOBS)
    def cancel(self, job_id: str) -> None:
        self.store.cancel(job_id)

    @rule(job_id=JOBS)
    def retry(self, job_id: str) -> None:
        self.store.retry(job_id, "operator:ada")

    @rule(owner=OWNERS)
    def heartbeat(self, owner: str) -> None:
        heard = self.store.heartbeat([owner], LEASE_S)
        assert heard.canceled <= {owner} & set(self.holder.values())
        holds = any(who == owner and state(self.store, job) is State.RUNNING for job, who in self.holder.items())
        assert heard.lost == (frozenset() if holds else {owner})

    @rule(by=st.floats(1, 40))
    def wait(self, by: float) -> None:
        self.clock.now += by

    @rule()
    def sweep(self) -> None:
        for job in self.store.lost(Kind.COPY, self.clock.now - LEASE_S):
            self.holder.pop(job.id, None)

    @invariant()
    def the_log_tells_a_possible_story_that_ends_in_the_present(self) -> None:
        for job_id in ("a", "b"):
            job = self.store.get(job_id)
            assert job is not None
            told = [e.name for e in self.store.events(job_id) if e.name != "cancel_requested"]
            states = [AFTER.get(name) or State(name) for name in told]
            assert all(after in TRANSITIONS[before] for before, after in pairwise(states))
            assert states[-1] is job.state
            assert (job.result is not None) == job.state.made == (job.finished_at is not None)

    def teardown(self) -> None:
        self.store.close()


def test_whatever_happens_in_whatever_order(clean_url: Callable[[], str]) -> None:
    class Here(Jobs):
        def __init__(self) -> None:
            super().__init__(clean_url())

    thorough = settings(max_examples=12, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(Here, settings=thorough)
