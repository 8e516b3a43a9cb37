"""Every time in a job's life, derived from a few settings in one place, so that all fit each other.

A worker holds a job by a lease that it renews; only the lease says who may finish the job. The broker may deliver a
message again as often as it likes: whoever does not get the lease drops it. Celery's own time limits are not used,
because they do nothing in a pool of threads; a run has a deadline that it looks at between tokens and steps.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.settings import EngineSettings

LONGEST_DELAY_S = 300.0
"""Longest that the broker is asked to hold a message back."""

_LOOK_S = 0.5
_LEARNING_SHARE = 2 / 3
_GRACE_S = 90.0
_DATABASE_WAIT_S = 10.0
_PATIENCE = 20
_LONGEST_REDELIVERY_S = 600.0
_MARGIN_S = 60.0
_FIRST_DELAY_S = 5.0
_LONGEST_RETRY_S = 60.0


@dataclass(frozen=True, slots=True)
class Timing:
    """The settings of the same names, and what follows from them; all in seconds but `max_attempts`.

    `requeue_after_s` is no setting: there is nothing to gain by another.
    """

    lease_s: float = 20.0
    job_timeout_s: float = 900.0
    hang_s: float = 300.0
    drain_s: float = 10.0
    sweep_every_s: float = 5.0
    max_attempts: int = 3
    requeue_after_s: float = 30.0
    """A job that nobody took is queued again so long after it was queued, if the queue holds fewer than are due."""

    @classmethod
    def of(cls, settings: EngineSettings) -> Timing:
        return cls(
            lease_s=settings.lease_s,
            job_timeout_s=settings.job_timeout_s,
            hang_s=settings.hang_s,
            drain_s=settings.drain_s,
            sweep_every_s=settings.sweep_every_s,
            max_attempts=settings.max_attempts,
        )

    @property
    def look_s(self) -> float:
        """How often a worker looks who canceled, and which lease is due."""
        return min(_LOOK_S, self.lease_s / 12)

    @property
    def renew_after_s(self) -> float:
        """A lease of this age is renewed: two thirds are left, in which a renewal may fail and be tried again."""
        return self.lease_s / 3

    @property
    def database_wait_s(self) -> float:
        """Longest wait for another's write to SQLite: a renewal that waits so long still comes in time."""
        return min(_DATABASE_WAIT_S, self.lease_s / 2)

    @property
    def grace_s(self) -> float:
        """How long past its deadline a run may take to stop and to record its outcome, before it counts as hung."""
        return _GRACE_S

    @property
    def longest_run_s(self) -> float:
        """From a claim to the moment at which its lease is renewed no more, whatever the run does."""
        return self.job_timeout_s + self.grace_s

    @property
    def learning_s(self) -> float:
        """A job that learns files begins none later than that: what is left is for the one that was begun last."""
        return self.job_timeout_s * _LEARNING_SHARE

    @property
    def recovery_s(self) -> float:
        """A killed worker's job is back in the queue by then."""
        return self.lease_s + self.sweep_every_s

    @property
    def requeue_at_latest_s(self) -> float:
        """So long after, whatever the queue holds: some of it may be left of jobs that wait no more."""
        return self.requeue_after_s * _PATIENCE

    @property
    def deliver_at_latest_s(self) -> float:
        """An outcome that could not be shown is tried again ever more rarely, but at least this often."""
        return max(_LONGEST_REDELIVERY_S, self.requeue_after_s)

    @property
    def finish_s(self) -> float:
        """How long a job may go on when its worker is told to end; then it is stopped, and handed back."""
        return self.drain_s / 2

    @property
    def stop_s(self) -> float:
        """A supervisor waits so long for a worker that it told to end, then kills it."""
        return self.drain_s + 5.0

    @property
    def visibility_timeout_s(self) -> float:
        """The broker delivers again what nobody acknowledged in this time: longer than anything is held."""
        return max(self.longest_run_s + self.drain_s, LONGEST_DELAY_S) + _MARGIN_S

    def retry_in_s(self, attempts: int) -> float:
        """When to try again what failed `attempts` times for a reason that may pass."""
        return min(2.0**attempts, _LONGEST_RETRY_S)

    def restart_in_s(self, attempts: int) -> float:
        """When to start a job again whose worker died or hung `attempts` times: at once, then ever later.

        The first death is most likely the machine's fault; from the second on it may be the job's, and each costs
        all others a worker.
        """
        return min(_FIRST_DELAY_S * 2.0**attempts, _LONGEST_RETRY_S) if attempts > 1 else 0.0


DEFAULT = Timing()
"""What the settings' defaults make."""
