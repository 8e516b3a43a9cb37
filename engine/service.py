"""The road through a worker: claim, check the prompt, generate and check what comes, finish, deliver."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from uuid import uuid4

from engine.domain.audit import AuditEntry, of_verdict
from engine.domain.job import Job
from engine.domain.result import Progress, Result
from engine.domain.review import UNREVIEWED, Oversight
from engine.errors import ArtifactMissing, Interrupted, QueueUnavailable, StoreUnavailable, TransientError
from engine.ports import JobQueue, ProgressBoard
from engine.steps import outcome
from engine.steps.outcome import Again, Attempt, Ended
from engine.steps.pulse import Pulse
from engine.steps.run import Board, Run
from engine.steps.tools import Tools
from engine.steps.watch import Silence, Stop, Watch
from engine.steps.work import do
from engine.telemetry import traces
from engine.telemetry.metrics import count_end, count_hand_back
from engine.telemetry.subject import of_job
from engine.timing import DEFAULT, Timing

log = logging.getLogger(__name__)

FINISH_PAUSES_S = (0.2, 0.4, 0.8, 1.6, 3.2, 6.4)
"""Between tries to record an outcome: minutes of work are worth some patience with the database."""


class Engine:
    """Runs jobs, from as many threads as you like."""

    def __init__(
        self,
        tools: Tools,
        *,
        queue: JobQueue,
        progress: ProgressBoard,
        owner: str,
        timing: Timing = DEFAULT,
        oversight: Oversight = UNREVIEWED,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`owner` names this process in leases, where each attempt adds a name of its own.

        Without `oversight` nobody reviews: what the policy would hold is refused.
        """
        self.store = tools.store
        self.queue, self.progress, self.owner, self.timing = queue, progress, owner, timing
        self.pulse = Pulse(self.store, timing)
        self.oversight = oversight
        self._tools = tools
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
            rules = self.oversight.review(job.origin.workspace)
            attempt = self._open[owner] = Attempt(job, owner, watch, rules)
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
            self._settle(attempt, outcome.interrupted(attempt, self.timing))

    def close(self) -> None:
        self.pulse.close()

    def _attempt(self, attempt: Attempt) -> Ended | Again:
        ended: Ended | Again
        started = time.monotonic()
        try:
            ended = outcome.of_result(attempt, self._make(attempt), self._clock())
        except Exception as error:
            ended = outcome.of_error(attempt, error, self.timing)
        return outcome.counted(attempt, ended, time.monotonic() - started)

    def _make(self, attempt: Attempt) -> Result:
        """The way of a job on which nothing goes wrong."""
        job, watch = attempt.job, attempt.watch
        if job.cancel_requested:  # between two turns of a long run: what is made is put together
            watch.stop(Stop.CANCELED)
        board = Board(lambda progress: self._show(job.id, progress))
        lineage = self.store.lineage(job)
        if any(version.forgotten_at is not None for version in lineage):
            raise ArtifactMissing("the version that it changes is not stored any more")
        reviewed = attempt.rules is not None
        run = Run(lineage, watch, board, attempt.meter, reviewed=reviewed, ledger=attempt.ledger)
        tools = replace(self._tools, listen=partial(self._listen, watch), learning_s=self.timing.learning_s)
        result = do(run, tools)
        if watch.reason is Stop.CANCELED:
            raise Interrupted("canceled in the last moment")
        return result

    def _listen(self, watch: Watch, model: Hashable) -> Silence:
        watch.silence = self.pulse.silence(model)
        return watch.silence

    def _entries(self, attempt: Attempt) -> list[AuditEntry]:
        """For the audit log, with texts only where they are kept."""
        job, judged, keeps = attempt.job, attempt.ledger.judged, self.oversight.keep_texts_s > 0
        return [of_verdict(job, verdict, self._clock(), text if keeps else "") for verdict, text in judged]

    def _settle(self, attempt: Attempt, ended: Ended | Again) -> None:
        match ended:
            case Ended():
                self._finish(attempt, ended)
            case Again():
                self._hand_back(attempt, ended)

    def _finish(self, attempt: Attempt, ended: Ended) -> None:
        job, entries = attempt.job, self._entries(attempt)
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
