"""The road through a worker: claim, check the prompt, generate and check what comes, finish, deliver."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from uuid import uuid4

from engine.domain.audit import AuditEntry, of_verdict
from engine.domain.job import CONTINUED, Job, State
from engine.domain.recipe import NO_RECIPES
from engine.domain.result import NOTHING_USED, TOO_MANY_ATTEMPTS, Failure, Progress, Result, Usage
from engine.domain.review import UNREVIEWED, Hold, Oversight, may_be_appealed
from engine.domain.teams import NO_TEAMS, Teams
from engine.domain.voice import NO_VOICES
from engine.errors import (
    ArtifactMissing,
    EngineError,
    Interrupted,
    OutOfMemory,
    QueueUnavailable,
    StoreUnavailable,
    TransientError,
)
from engine.ports import (
    ArtifactStore,
    Backends,
    JobQueue,
    JobStore,
    Knowledge,
    Labeller,
    Library,
    ProgressBoard,
    Recipes,
    ReplyLog,
    SafetyFilter,
    Voices,
)
from engine.steps.pulse import Pulse
from engine.steps.run import Board, GiveWay, Ledger, Meter, NothingMade, Refused, Run
from engine.steps.tools import Tools
from engine.steps.watch import Silence, Stop, Watch
from engine.steps.work import do
from engine.telemetry import traces
from engine.telemetry.metrics import count_end, count_hand_back
from engine.telemetry.subject import of_job
from engine.timing import DEFAULT, LONGEST_DELAY_S, Timing

log = logging.getLogger(__name__)

FINISH_PAUSES_S = (0.2, 0.4, 0.8, 1.6, 3.2, 6.4)
"""Between tries to record an outcome: minutes of work are worth some patience with the database."""


_LEARNING_SHARE = 2 / 3
"""Of the longest that a job may run: what is left is for the file that was begun last."""


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt's outcome for the user."""

    state: State
    result: Result


@dataclass(frozen=True, slots=True)
class Again:
    """An attempt that another shall follow, `delay_s` from now."""

    reason: str
    delay_s: float = 0.0
    usage: Usage = NOTHING_USED


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a job by this process."""

    job: Job
    owner: str
    """What it holds the job's lease with."""
    watch: Watch
    ledger: Ledger = field(default_factory=Ledger)


class Engine:
    """Runs jobs, from as many threads as you like."""

    def __init__(
        self,
        *,
        store: JobStore,
        backends: Backends,
        safety: SafetyFilter,
        labeller: Labeller,
        artifacts: ArtifactStore,
        queue: JobQueue,
        progress: ProgressBoard,
        owner: str,
        timing: Timing = DEFAULT,
        oversight: Oversight = UNREVIEWED,
        knowledge: Knowledge | None = None,
        recipes: Recipes = NO_RECIPES,
        voices: Voices = NO_VOICES,
        replies: ReplyLog | None = None,
        library: Library | None = None,
        teams: Teams = NO_TEAMS,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`owner` names this process in leases, where each attempt adds a name of its own.

        Without `oversight` nobody reviews: what the policy would hold is refused. Without `knowledge` nothing is found.
        Without `recipes` none is known, and without `voices` every text is as its model writes it. The
        answers that agents keep in `replies` are found once `knowledge` has learned them. `teams` says what of it who
        may look up.
        """
        self.store = store
        self.queue, self.progress, self.owner, self.timing = queue, progress, owner, timing
        self.pulse = Pulse(store, timing)
        self._tools = Tools(
            backends,
            safety,
            labeller,
            artifacts,
            store,
            knowledge,
            self.pulse.silence,
            recipes,
            voices,
            replies,
            library,
            teams,
            timing.job_timeout_s * _LEARNING_SHARE,
        )
        self.oversight = oversight
        self._sleep, self._clock = sleep, clock
        self._open: dict[str, Attempt] = {}

    def run_job(self, job_id: str) -> None:
        """Bring the job whose turn it is to its outcome, or hand it back; `job_id` is one of its kind.

        Raises StoreUnavailable if it could not begin.
        """
        owner = f"{self.owner}#{uuid4().hex[:8]}"
        job = self.store.take_turn(job_id, owner, self.timing.lease_s)
        if job is None:
            self._skip(job_id)
            return
        self._tell(job.id)
        with _running(job), self.pulse.watch(owner) as watch:
            attempt = self._open[owner] = Attempt(job, owner, watch)
            try:
                self._settle(attempt, self._attempt(attempt))
            finally:
                self._open.pop(owner, None)

    def drain(self) -> None:
        """Hand back what is running, and whatever starts from now on."""
        self.pulse.drain()

    def abandon(self) -> None:
        """Settle, without asking them, the runs that did not stop when told to: this process ends now."""
        for attempt in list(self._open.values()):
            log.warning("job %s does not stop (%s), it is taken from its run", attempt.job.id, attempt.watch.reason)
            self._settle(attempt, self._interrupted(attempt))

    def close(self) -> None:
        self.pulse.close()

    def _attempt(self, attempt: Attempt) -> Ended | Again:
        """Every way that an attempt can end."""
        job, started, meter = attempt.job, time.monotonic(), Meter()
        ended: Ended | Again
        try:
            ended = self._made(job, self._make(attempt, meter), attempt.ledger)
        except Refused as refused:
            ended = self._refused(job, refused)
        except NothingMade:
            ended = _failed("empty_output")
        except GiveWay as more:
            ended = Again(CONTINUED, min(more.delay_s, LONGEST_DELAY_S))
        except Interrupted:
            ended = self._interrupted(attempt)
        except TransientError as error:
            ended = self._transient(job, error)
        except EngineError as error:
            log.error("job %s failed: %s: %s", job.id, type(error).__name__, error)
            ended = _failed(error.code, **error.params)
        except MemoryError:  # the exception let go of what the run had; the others go on
            log.error("job %s failed: this process has no memory left for it", job.id)
            ended = _failed(OutOfMemory.code)
        except Exception as error:  # its message may quote the prompt: type and place are enough
            place = "".join(traceback.format_tb(error.__traceback__))
            log.error("job %s failed: %s\n%s", job.id, type(error).__name__, place)
            ended = _failed("internal")
        if isinstance(ended, Ended) and ended.state is State.FAILED:
            ended = _with_left(attempt, ended)
        return _counted(job, ended, replace(meter.usage, run_s=time.monotonic() - started))

    def _make(self, attempt: Attempt, meter: Meter) -> Result:
        """The way of a job on which nothing goes wrong."""
        job, watch = attempt.job, attempt.watch
        if job.cancel_requested:  # between two turns of a long run: what is made is put together
            watch.stop(Stop.CANCELED)
        board = Board(lambda progress: self._show(job.id, progress))
        reviewed = self.oversight.review(job.origin.workspace) is not None
        lineage = self.store.lineage(job)
        if any(version.forgotten_at is not None for version in lineage):
            raise ArtifactMissing("the version that it changes is not stored any more")
        run = Run(lineage, watch, board, meter, reviewed=reviewed, ledger=attempt.ledger)
        result = do(run, replace(self._tools, listen=partial(self._listen, watch)))
        if watch.reason is Stop.CANCELED:
            raise Interrupted("canceled in the last moment")
        return result

    def _listen(self, watch: Watch, model: Hashable) -> Silence:
        watch.silence = self.pulse.silence(model)
        return watch.silence

    def _made(self, job: Job, result: Result, ledger: Ledger) -> Ended:
        """There is a result; whether a reviewer must see it first."""
        rules = self.oversight.review(job.origin.workspace)
        if rules is None or not ledger.held:
            return Ended(State.SUCCEEDED, result)
        hold = Hold(tuple(ledger.held), rules.channel, self._clock() + rules.expire_after_s, rules.lang)
        return Ended(State.HELD, replace(result, hold=hold))

    def _refused(self, job: Job, refused: Refused) -> Ended:
        heard = self.oversight.review(job.origin.workspace) is not None and not job.request.appeal_of
        appealable = heard and may_be_appealed(refused.verdict)
        return Ended(State.REFUSED, Result(refusal=refused.verdict, notices=refused.notices, appealable=appealable))

    def _entries(self, job: Job, ledger: Ledger) -> list[AuditEntry]:
        """For the audit log, with texts only where they are kept."""
        keeps = self.oversight.keep_texts_s > 0
        return [of_verdict(job, verdict, self._clock(), text if keeps else "") for verdict, text in ledger.judged]

    def _interrupted(self, attempt: Attempt) -> Ended | Again:
        attempts = attempt.job.attempts
        match attempt.watch.reason:
            case Stop.CANCELED:
                return Ended(State.CANCELED, _left(attempt))
            case Stop.TIMED_OUT:
                return _failed("timed_out", limit_s=self.timing.job_timeout_s)
            case Stop.HUNG if attempts >= self.timing.max_attempts:
                return _failed(TOO_MANY_ATTEMPTS, attempts=attempts)
            case Stop.HUNG:
                return Again(Stop.HUNG.value, self.timing.restart_in_s(attempts))
            case reason:
                return Again((reason or Stop.DRAINING).value)

    def _transient(self, job: Job, error: TransientError) -> Ended | Again:
        log.warning("job %s, attempt %d: %s", job.id, job.attempts, error)
        if job.attempts >= self.timing.max_attempts:
            return _failed(error.code, **error.params)
        delay_s = error.retry_after_s if error.retry_after_s is not None else self.timing.retry_in_s(job.attempts)
        return Again(error.code, min(delay_s, LONGEST_DELAY_S))

    def _settle(self, attempt: Attempt, outcome: Ended | Again) -> None:
        match outcome:
            case Ended() as ended:
                self._finish(attempt, ended)
            case Again() as again:
                self._hand_back(attempt, again)

    def _finish(self, attempt: Attempt, ended: Ended) -> None:
        job, entries = attempt.job, self._entries(attempt.job, attempt.ledger)
        for pause_s in FINISH_PAUSES_S:
            try:
                if self.store.finish(job.id, attempt.owner, ended.state, ended.result, entries):
                    count_end(job, ended.state, ended.result)
                    traces.mark({"aigc.state": ended.state.value})
                else:
                    log.warning("job %s: this attempt had lost it, its result is dropped", job.id)
                break
            except StoreUnavailable as error:
                log.warning("job %s is %s, but cannot be recorded: %s", job.id, ended.state, error)
                self._sleep(pause_s)
        self._tell(job.id)

    def _hand_back(self, attempt: Attempt, again: Again) -> None:
        job = attempt.job
        try:
            if self.store.hand_back(job.id, attempt.owner, again.reason, again.delay_s, again.usage):
                count_hand_back(job, again.reason)
                self.queue.generate(job.id, job.request.kind, again.delay_s)
        except TransientError as error:
            log.warning("job %s is left to the sweeper: %s", job.id, error)
        self._tell(job.id)

    def _skip(self, job_id: str) -> None:
        """Not ours: taken by another worker, or over before it began, in which case people should hear of it."""
        job = self.store.get(job_id)
        if job is not None and job.state.made:
            self._tell(job_id)

    def _show(self, job_id: str, progress: Progress) -> None:
        self.progress.put(job_id, progress)
        self._tell(job_id)

    def _tell(self, job_id: str) -> None:
        try:
            self.queue.deliver(job_id)
        except QueueUnavailable as error:
            log.warning("job %s: news are left to the sweeper: %s", job_id, error)


@contextmanager
def _running(job: Job) -> Iterator[None]:
    """The attempt as logs and traces know it: it may be another job's than the message in the queue was about."""
    if job.attempts == 1:
        traces.past("job.wait", job.trace, job.created_at, job.started_at or job.created_at)
    told = {"aigc.job": job.id, "aigc.kind": job.request.kind.value, "aigc.attempt": job.attempts}
    with of_job(job.id), traces.resumed("job.run", job.trace, told):
        yield


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


def _failed(code: str, **params: str | int | float) -> Ended:
    return Ended(State.FAILED, Result(failure=Failure(code, params)))


def _counted(job: Job, ended: Ended | Again, usage: Usage) -> Ended | Again:
    """What it took, and how long it waited, on whatever came of it."""
    usage = replace(usage, wait_s=max(0.0, (job.started_at or job.created_at) - job.created_at))
    if isinstance(ended, Again):
        return replace(ended, usage=usage)
    return replace(ended, result=replace(ended.result, usage=usage))
