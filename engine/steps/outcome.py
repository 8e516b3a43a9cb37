"""What comes of an attempt at a job: every way that it can end."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass, field, replace

from engine.domain.job import CONTINUED, Job, State
from engine.domain.result import NOTHING_USED, TOO_MANY_ATTEMPTS, Failure, Result, Usage
from engine.domain.review import Hold, ReviewRules, may_be_appealed
from engine.errors import EngineError, Interrupted, OutOfMemory, TransientError
from engine.steps.run import GiveWay, Ledger, Meter, NothingMade, Refused
from engine.steps.watch import Stop, Watch
from engine.timing import LONGEST_DELAY_S, Timing

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a job by this process."""

    job: Job
    owner: str
    """What it holds the job's lease with."""
    watch: Watch
    rules: ReviewRules | None = None
    """Who decides on what the policy holds; None where nobody does."""
    ledger: Ledger = field(default_factory=Ledger)
    meter: Meter = field(default_factory=Meter)


@dataclass(frozen=True, slots=True)
class Ended:
    """An outcome for the user."""

    state: State
    result: Result


@dataclass(frozen=True, slots=True)
class Again:
    """Another attempt shall follow, `delay_s` from now."""

    reason: str
    delay_s: float = 0.0
    usage: Usage = NOTHING_USED


def of_result(attempt: Attempt, result: Result, now: float) -> Ended:
    """There is a result; whether a reviewer must see it first. `now` is in seconds since the epoch."""
    rules, held = attempt.rules, attempt.ledger.held
    if rules is None or not held:
        return Ended(State.SUCCEEDED, result)
    hold = Hold(tuple(held), rules.channel, now + rules.expire_after_s, rules.lang)
    return Ended(State.HELD, replace(result, hold=hold))


def of_error(attempt: Attempt, error: Exception, timing: Timing) -> Ended | Again:
    """What broke the attempt off; a failure comes with what was made before it, if anything was."""
    match error:
        case Refused():
            return _refused(attempt, error)
        case GiveWay():
            return Again(CONTINUED, min(error.delay_s, LONGEST_DELAY_S))
        case Interrupted():
            outcome = interrupted(attempt, timing)
        case TransientError():
            outcome = _transient(attempt.job, error, timing)
        case _:
            outcome = _failure(attempt.job, error)
    if isinstance(outcome, Ended) and outcome.state is State.FAILED:
        return _with_left(attempt, outcome)
    return outcome


def interrupted(attempt: Attempt, timing: Timing) -> Ended | Again:
    """It was told to stop, and why says what comes of it."""
    attempts = attempt.job.attempts
    match attempt.watch.reason:
        case Stop.CANCELED:
            return Ended(State.CANCELED, _left(attempt))
        case Stop.TIMED_OUT:
            return _failed("timed_out", limit_s=timing.job_timeout_s)
        case Stop.HUNG if attempts >= timing.max_attempts:
            return _failed(TOO_MANY_ATTEMPTS, attempts=attempts)
        case Stop.HUNG:
            return Again(Stop.HUNG.value, timing.restart_in_s(attempts))
        case reason:
            return Again((reason or Stop.DRAINING).value)


def counted(attempt: Attempt, outcome: Ended | Again, run_s: float) -> Ended | Again:
    """With what it took, and how long the job waited, whatever came of it."""
    job = attempt.job
    wait_s = max(0.0, (job.started_at or job.created_at) - job.created_at)
    usage = replace(attempt.meter.usage, run_s=run_s, wait_s=wait_s)
    if isinstance(outcome, Again):
        return replace(outcome, usage=usage)
    return replace(outcome, result=replace(outcome.result, usage=usage))


def _refused(attempt: Attempt, refused: Refused) -> Ended:
    heard = attempt.rules is not None and not attempt.job.request.appeal_of
    appealable = heard and may_be_appealed(refused.verdict)
    return Ended(State.REFUSED, Result(refusal=refused.verdict, notices=refused.notices, appealable=appealable))


def _transient(job: Job, error: TransientError, timing: Timing) -> Ended | Again:
    log.warning("job %s, attempt %d: %s", job.id, job.attempts, error)
    if job.attempts >= timing.max_attempts:
        return _failed(error.code, **error.params)
    delay_s = error.retry_after_s if error.retry_after_s is not None else timing.retry_in_s(job.attempts)
    return Again(error.code, min(delay_s, LONGEST_DELAY_S))


def _failure(job: Job, error: Exception) -> Ended:
    """What another attempt would not mend, with a line in the log."""
    match error:
        case NothingMade():
            return _failed("empty_output")
        case EngineError():
            log.error("job %s failed: %s: %s", job.id, type(error).__name__, error)
            return _failed(error.code, **error.params)
        case MemoryError():  # the exception let go of what the run had; the others go on
            log.error("job %s failed: this process has no memory left for it", job.id)
            return _failed(OutOfMemory.code)
        case _:  # its message may quote the prompt: type and place are enough
            place = "".join(traceback.format_tb(error.__traceback__))
            log.error("job %s failed: %s\n%s", job.id, type(error).__name__, place)
            return _failed("internal")


def _failed(code: str, **params: str | int | float) -> Ended:
    return Ended(State.FAILED, Result(failure=Failure(code, params)))


def _left(attempt: Attempt) -> Result:
    """What a run that ends early leaves to whoever asked for it; nothing where that cannot be stored."""
    try:
        return attempt.ledger.left() if attempt.ledger.left else Result()
    except EngineError as error:
        log.warning("job %s: what was made before it ended is lost: %s", attempt.job.id, error)
        return Result()


def _with_left(attempt: Attempt, failed: Ended) -> Ended:
    """With what was made before it failed, if anything was."""
    left = _left(attempt)
    if not any(artifact.text for artifact in left.artifacts):
        return failed
    return replace(failed, result=replace(left, failure=failed.result.failure))
