"""What comes of an attempt: an outcome for whoever asked, or another attempt."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from engine.domain.job import CONTINUED, State
from engine.domain.result import TOO_MANY_ATTEMPTS, Artifact, ArtifactKind, Failure, Result, Usage
from engine.domain.review import ReviewRules
from engine.domain.safety import Action, Category, Finding, Stage, Verdict
from engine.errors import BackendUnavailable, EngineError, Interrupted, OutOfMemory, StorageFull
from engine.steps.outcome import Again, Attempt, Ended, counted, of_error, of_result
from engine.steps.run import GiveWay, NothingMade, Refused
from engine.steps.watch import Stop, Watch
from engine.timing import LONGEST_DELAY_S, Timing
from tests.support.jobs import new_job
from tests.support.threads import as_job

TIMING = Timing(max_attempts=3, job_timeout_s=60.0)
RULES = ReviewRules("C0REVIEW", ("U0REVIEWER",), expire_after_s=30.0)
MADE = Result((Artifact(ArtifactKind.TEXT, 0, seed=1, text="Hello"),))
REFUSED = Verdict(Action.REFUSE, Stage.PROMPT, "acme@1", (Finding(Category.HATE, 0.9, Action.REFUSE, "rules"),))


def attempt(attempts: int = 1, rules: ReviewRules | None = None, stop: Stop | None = None) -> Attempt:
    job = replace(as_job(new_job("a")), attempts=attempts)
    return Attempt(job, "me", Watch(0.0, time.monotonic, 1.0, reason=stop), rules)


def failed(code: str, **params: str | int | float) -> Ended:
    return Ended(State.FAILED, Result(failure=Failure(code, params)))


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (NothingMade(), failed("empty_output")),
        (OutOfMemory("does not fit", needed_mb=512), failed("out_of_memory", needed_mb=512)),
        (MemoryError(), failed("out_of_memory")),
        (KeyError("a bug"), failed("internal")),
        (BackendUnavailable("busy", retry_after_s=7.0), Again("backend_unavailable", 7.0)),
        (BackendUnavailable("busy"), Again("backend_unavailable", TIMING.retry_in_s(1))),
        (BackendUnavailable("busy", retry_after_s=1e6), Again("backend_unavailable", LONGEST_DELAY_S)),
        (GiveWay(2.0), Again(CONTINUED, 2.0)),
    ],
)
def test_what_breaks_an_attempt_off_says_what_comes_of_it(error: Exception, outcome: Ended | Again) -> None:
    assert of_error(attempt(), error, TIMING) == outcome


def test_what_may_pass_is_a_failure_at_the_last_attempt() -> None:
    error = BackendUnavailable("busy", model="m")
    assert of_error(attempt(attempts=3), error, TIMING) == failed("backend_unavailable", model="m")


@pytest.mark.parametrize(
    ("stop", "attempts", "outcome"),
    [
        (Stop.CANCELED, 1, Ended(State.CANCELED, Result())),
        (Stop.TIMED_OUT, 1, failed("timed_out", limit_s=60.0)),
        (Stop.HUNG, 1, Again("hung", 0.0)),
        (Stop.HUNG, 2, Again("hung", TIMING.restart_in_s(2))),
        (Stop.HUNG, 3, failed(TOO_MANY_ATTEMPTS, attempts=3)),
        (Stop.DRAINING, 3, Again("draining")),
        (Stop.LOST, 1, Again("lost")),
        (None, 1, Again("draining")),
    ],
)
def test_why_it_was_stopped_says_what_comes_of_it(stop: Stop | None, attempts: int, outcome: Ended | Again) -> None:
    assert of_error(attempt(attempts, stop=stop), Interrupted("stop"), TIMING) == outcome


def test_a_failure_comes_with_what_was_made_before_it() -> None:
    broken = attempt()
    broken.ledger.left = lambda: MADE
    ended = of_error(broken, OutOfMemory("does not fit"), TIMING)
    assert ended == Ended(State.FAILED, replace(MADE, failure=Failure("out_of_memory", {})))


def test_what_cannot_be_stored_any_more_does_not_change_why_it_failed() -> None:
    def full() -> Result:
        raise StorageFull("no space left")

    broken = attempt()
    broken.ledger.left = full
    assert of_error(broken, EngineError("a fault"), TIMING) == failed("internal")


@pytest.mark.parametrize(("rules", "appealable"), [(RULES, True), (None, False)])
def test_a_refusal_may_be_appealed_where_somebody_hears_it(rules: ReviewRules | None, appealable: bool) -> None:
    ended = of_error(attempt(rules=rules), Refused(REFUSED, "redacted"), TIMING)
    assert ended == Ended(State.REFUSED, Result(refusal=REFUSED, notices=("redacted",), appealable=appealable))


def test_a_refused_appeal_is_the_end_of_it() -> None:
    first = attempt(rules=RULES)
    appeal = replace(first, job=replace(first.job, request=replace(first.job.request, appeal_of="b")))
    ended = of_error(appeal, Refused(REFUSED), TIMING)
    assert isinstance(ended, Ended)
    assert not ended.result.appealable


def test_a_result_waits_for_a_reviewer_where_a_check_asked_for_one() -> None:
    verdict = replace(REFUSED, action=Action.REVIEW)
    reviewed = attempt(rules=RULES)
    assert of_result(reviewed, MADE, now=100.0) == Ended(State.SUCCEEDED, MADE)
    reviewed.ledger.held.append(verdict)
    held = of_result(reviewed, MADE, now=100.0)
    assert held.state is State.HELD
    assert held.result.hold is not None
    assert (held.result.hold.channel, held.result.hold.expires_at) == ("C0REVIEW", 130.0)


@pytest.mark.parametrize("outcome", [Ended(State.SUCCEEDED, MADE), Again("draining")])
def test_what_it_took_is_counted_whatever_came_of_it(outcome: Ended | Again) -> None:
    busy = attempt()
    busy = replace(busy, job=replace(busy.job, created_at=100.0, started_at=104.0))
    busy.meter.add(Usage(prompt_tokens=7))
    told = counted(busy, outcome, run_s=2.0)
    usage = told.result.usage if isinstance(told, Ended) else told.usage
    assert (usage.prompt_tokens, usage.run_s, usage.wait_s) == (7, 2.0, 4.0)
