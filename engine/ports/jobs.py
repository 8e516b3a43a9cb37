"""The truth about jobs: what moves them from state to state, what is asked of them, how lost ones are found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from engine.domain.audit import AuditEntry
from engine.domain.job import Heard, Job, JobEvent, NewJob, State, Submitted, Wanted
from engine.domain.limits import Denial, Limits
from engine.domain.request import Kind
from engine.domain.result import NOTHING_USED, Result, Usage
from engine.domain.review import Decision
from engine.domain.rows import Pace, RowMade
from engine.ports.deliveries import Deliveries
from engine.ports.recipes import SavedRecipes


class JobStore(Deliveries, SavedRecipes, Protocol):
    """Every change of state writes its JobEvent in the same transaction.

    All methods raise StoreUnavailable when the database cannot be reached.
    """

    def add(self, jobs: Sequence[NewJob]) -> list[Submitted]:
        """Store all in one transaction, durable on return; a known `dedupe_key` returns the earlier job."""

    def admit(self, jobs: Sequence[NewJob], limits: Limits) -> list[Submitted | Denial]:
        """As `add`, but for what goes over the limits, which is counted in the same transaction.

        A known `dedupe_key` returns the earlier job, whatever the limits say now.
        """

    def get(self, job_id: str) -> Job | None: ...

    def claim(self, job_id: str, owner: str, lease_s: float) -> Job | None:
        """Take an accepted job, or a running one whose lease ran out; None if it is not to be had.

        `owner` names this one attempt, and no other: whoever knows it holds the job until it is handed back, finished
        or, once its lease ran out, taken by another.
        A job claimed for the `max_attempts + 1`-th time becomes FAILED with code TOO_MANY_ATTEMPTS: its dead letter.
        """

    def take_turn(self, job_id: str, owner: str, lease_s: float) -> Job | None:
        """Claim the waiting job of this one's kind whose turn it is: people take turns, whoever came first goes first.

        `job_id` came through the queue as a sign that something waits; it need not be the job that is claimed.
        """

    def heartbeat(self, owners: Collection[str], lease_s: float) -> Heard:
        """Renew the leases of these attempts; return those that must stop."""

    def hand_back(
        self, job_id: str, owner: str, reason: str, delay_s: float = 0.0, usage: Usage = NOTHING_USED
    ) -> bool:
        """RUNNING -> ACCEPTED, to be queued in `delay_s`; the attempt does not count if reason is DRAINING.

        What the attempt took counts, also when `owner` does not hold the lease any more: then it is False.
        """

    def finish(self, job_id: str, owner: str, state: State, result: Result, audit: Sequence[AuditEntry] = ()) -> bool:
        """Record the outcome if `owner` still holds the lease; False if another result won: what it took counts.

        HELD needs `result.hold`. What its checks found goes to the audit log in the same transaction.
        """

    def decide(self, job_id: str, decision: Decision) -> Job | None:
        """End a review; the job as it is now, whose decision tells who was first. None if unknown.

        A job that is not held stays as it is. The decision is in the audit log in the same transaction.
        """

    def held(self, workspace: str = "") -> tuple[Job, ...]:
        """What waits for a reviewer, in one workspace or in all, oldest first."""

    def expire_reviews(self) -> tuple[str, ...]:
        """Refuse what waited for a reviewer for too long; the ids, whose messages have something to say."""

    def cancel(self, job_id: str, by: str = "") -> Job | None:
        """An accepted or held job is CANCELED at once; of a running one, it is requested. None if unknown.

        Of an accepted one with rows that are made it is requested, too: a worker puts together what there is.
        Whatever a running one still makes, it ends CANCELED unless it is refused or fails. `by` is for its log, where
        it was not its requester.
        """

    def retry(self, job_id: str, by: str) -> Job | None:
        """A failed job is ACCEPTED again, as if it were new, in its own message; `by` is for its log. None if unknown.

        A job that did not fail stays as it is, and so do one whose request is kept no longer and one that sends a
        reply: its agent, who was told that it failed, may have sent it since.
        """

    def pick(self, job_id: str, variant: int, by: str) -> Job | None:
        """Go on with this variant of a result: its message is due again, to say so. None if unknown.

        The latest pick counts. A job without such a variant stays as it is. `by` is for its log.
        """

    def save_rows(self, job_id: str, made: Sequence[RowMade]) -> None:
        """Keep what came of rows of a job's table, durable on return; what is kept of a row already stays."""

    def rows_made(self, job_id: str) -> tuple[RowMade, ...]:
        """What `save_rows` kept, in the table's order."""

    def pace(self, model: str) -> Pace:
        """What one text of this model took lately."""

    def find(self, wanted: Wanted) -> tuple[Job, ...]:
        """Jobs, newest first."""

    def position(self, job: Job) -> int:
        """How many jobs of its kind run or will be taken before it; 0 means it is next, or does not wait.

        Others who ask for less may still come before it.
        """

    def expected_wait_s(self, job: Job) -> float | None:
        """How long a waiting job still waits, by what the latest ones took; None if nobody can tell."""

    def lineage(self, job: Job) -> tuple[Job, ...]:
        """The chain of parents up to and including `job`, first version first."""

    def versions(self, root_id: str) -> tuple[Job, ...]:
        """All jobs of one root, by version."""

    def in_thread(self, channel: str, thread: str) -> tuple[Job, ...]:
        """Jobs answered in this thread or whose own message is its root, oldest first."""

    def recent(self, workspace: str, user: str, limit: int) -> tuple[Job, ...]:
        """A person's newest jobs, newest first."""

    def events(self, job_id: str) -> tuple[JobEvent, ...]: ...

    def due(self, kind: Kind) -> int:
        """How many accepted jobs are due: each should have a message in the queue."""

    def lost(self, kind: Kind, older_than: float, most: float = ...) -> tuple[Job, ...]:
        """Jobs to queue again: at most `most` accepted ones due before `older_than`, and running ones without a lease.

        The lease of the latter ran out; they go back to accepted, due ever later (`queued_at`), or end: canceled if
        somebody asked for that, failed after `max_attempts`. The others count as queued now, so that two callers do not
        get the same ones.
        """

    def undelivered(self, older_than: float, *, held_back_too: bool = False) -> tuple[str, ...]:
        """Ids of jobs made and last due before `older_than` of which a delivery is not done; queued now.

        After a delivery that failed a job is due ever later, which `held_back_too` ignores. Before them, whatever
        their state, those whose lock ran out: its holder is dead.
        """

    def unsent(self, job_ids: Sequence[str]) -> None:
        """What `lost` or `undelivered` gave, or a review's end, could not be queued: the next look finds them."""
