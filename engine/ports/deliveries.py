"""What was shown where, and the lock that lets one process at a time show it."""

from __future__ import annotations

from typing import Protocol

from engine.domain.job import Audience, Delivery, Job, State


class Deliveries(Protocol):
    """A part of the JobStore. All methods raise StoreUnavailable."""

    def unshown_before(self, job: Job) -> str:
        """The first job asked for before it in the same channel and thread that has no message and needs one, or ""."""

    def delivery(self, job_id: str, audience: Audience = Audience.REQUESTER) -> Delivery: ...

    def save_delivery(
        self,
        delivery: Delivery,
        owner: str,
        lease_s: float,
        *,
        channel: str,
        thread: str,
        state: State,
        picked: int | None = None,
    ) -> bool:
        """Remember where a job was shown and renew the lock; False, and nothing changed, if `owner` lost it.

        `thread` is the thread's root timestamp for later replies. `state` and `picked` are what the message
        shows: the delivery is done only if the job is still so.
        """

    def lock_delivery(self, job_id: str, owner: str, lease_s: float, audience: Audience = Audience.REQUESTER) -> bool:
        """Take the right to deliver; False, with a note that there is more to do, if another has it.

        Should the delivery of an outcome fail, `undelivered` finds it ever later, at most ten minutes after.
        """

    def renew_delivery(self, job_id: str, owner: str, lease_s: float, audience: Audience = Audience.REQUESTER) -> None:
        """A sign of life of the lock's holder, however long Slack takes; nothing happens if `owner` lost it."""

    def unlock_delivery(self, job_id: str, owner: str, audience: Audience = Audience.REQUESTER) -> bool:
        """Let go; True if someone called `lock_delivery` meanwhile, so that there is more to do."""
