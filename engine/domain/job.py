"""A job: one request's life, from accepted to one visible outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from engine.domain.request import Kind, Request
from engine.domain.result import Result


class State(StrEnum):
    ACCEPTED = "accepted"
    RUNNING = "running"
    HELD = "held"
    """Made, and waiting for a reviewer; nobody else has seen the result."""
    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def finished(self) -> bool:
        """Over, unless an operator starts a failed one again."""
        return self.made and self is not State.HELD

    @property
    def made(self) -> bool:
        """No worker has anything left to do: finished, or held."""
        return self not in (State.ACCEPTED, State.RUNNING)


DRAINING = "draining"
"""The reason for handing a job back that does not count as an attempt: its worker was told to end."""

CONTINUED = "continued"
"""Another such reason: a part of its work is done and stored, and others have their turn before the rest."""

TRANSITIONS: dict[State, frozenset[State]] = {
    State.ACCEPTED: frozenset({State.RUNNING, State.CANCELED, State.FAILED}),
    State.RUNNING: frozenset(
        {State.ACCEPTED, State.HELD, State.SUCCEEDED, State.REFUSED, State.FAILED, State.CANCELED}
    ),
    State.HELD: frozenset({State.SUCCEEDED, State.REFUSED, State.CANCELED}),
    State.SUCCEEDED: frozenset(),
    State.REFUSED: frozenset(),
    State.FAILED: frozenset({State.ACCEPTED}),
    State.CANCELED: frozenset(),
}
"""Where a job may go from each state.

RUNNING back to ACCEPTED is a worker handing it back, FAILED to ACCEPTED an operator starting it again.
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from and where its answer goes; opaque strings to the engine."""

    workspace: str
    channel: str
    user: str
    thread: str = ""
    """The thread to answer in; empty means: at the top of the channel."""
    locale: str = "en"
    """"en" or "zh": the language to speak to this user."""

    @property
    def direct(self) -> bool:
        """Whether it is answered to this user alone, in direct messages: Slack's ids of those begin with D."""
        return self.channel.startswith("D")


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be submitted."""

    id: str
    dedupe_key: str
    """What makes two deliveries of one request the same, e.g. "msg:C1:1700000000.000100"."""
    origin: Origin
    request: Request
    created_at: float
    """Seconds since the epoch, UTC."""
    trace: str = ""
    """The W3C traceparent of the request that it comes from: ids alone; "" where nothing is traced."""


@dataclass(frozen=True, slots=True)
class Job:
    """A submitted job as the store knows it."""

    id: str
    origin: Origin
    request: Request
    created_at: float
    state: State
    root_id: str
    """The first job of this line of revisions; its own id for a first version."""
    version: int
    """1 for the first, 2 for its first revision, and so on within the root."""
    attempts: int = 0
    cancel_requested: bool = False
    queued_at: float = 0.0
    """When its id was last due in the queue: in the future where it was told to wait."""
    started_at: float | None = None
    finished_at: float | None = None
    """When it was made; of a reviewed one, when that was decided."""
    result: Result | None = None
    forgotten_at: float | None = None
    """When its texts and images were deleted, because the time to keep them was up; what is left says what it was."""
    trace: str = ""
    """As in NewJob."""
    picked: int | None = None
    """Which of its variants somebody chose to go on with, 0-based; None until somebody does."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a NewJob: `created` is False where the same request was there before."""

    job: Job
    created: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs an operator asks for; what is empty or None does not matter."""

    states: tuple[State, ...] = ()
    failure: str = ""
    """Failed with this code."""
    kind: Kind | None = None
    workspace: str = ""
    channel: str = ""
    user: str = ""
    since: float = 0.0
    """Asked for at this moment or later."""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Heard:
    """What a worker learns when it renews its leases, by the names of its attempts."""

    canceled: frozenset[str] = frozenset()
    """Somebody asked to cancel their jobs."""
    lost: frozenset[str] = frozenset()
    """Their leases ran out and their jobs went elsewhere: nothing can come of them."""


@dataclass(frozen=True, slots=True)
class JobEvent:
    """One line of a job's log: "accepted", "started", "handed_back", "cancel_requested", "held", "succeeded", ..."""

    job_id: str
    at: float
    name: str
    detail: str = ""


class Audience(StrEnum):
    """For whom a job's message is; each has one of its own."""

    REQUESTER = "requester"
    REVIEWERS = "reviewers"
    SENDER = "sender"
    """An agent who sends a reply: their customers see it, they alone whether it was held or refused."""


EXCUSE_NOTE = "part:-1"
"""The entry of Delivery.files that says that its audience was told that there is nothing to see."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where and how far a job was shown to one audience; opaque to the engine but for EXCUSE_NOTE."""

    job_id: str
    message: str = ""
    """The message's timestamp once posted."""
    files: dict[str, str] = field(default_factory=dict)
    """Artifact store key -> uploaded file id, remembered before it is used."""
    shown: str = ""
    """Digest of what the message shows now."""
    done: bool = False
    """It shows what stays: an end, or a result that waits for a reviewer."""
    audience: Audience = Audience.REQUESTER

    @property
    def unseen(self) -> bool:
        """Nothing of it was posted, and nothing will be: the channel did not take it."""
        return self.done and not self.message
