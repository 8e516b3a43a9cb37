"""What delivering needs from the outside, as protocols; each has an adapter and a fake of the same name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from engine.domain.job import Audience, Job
from engine.domain.request import Kind
from engine.domain.result import Progress

Block = Mapping[str, Any]
"""One Block Kit block as it goes over the wire (docs.slack.dev/reference/block-kit/blocks)."""

Reason = Literal["queue", "slot"]
"""Why to look at a job again: it waits in the queue, or its progress waits for a slot. Minutes, or a second."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a channel, and the root of a thread in it or "" for the top."""

    channel: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a person attached to a message. Its name stays behind: anybody may write anything there."""

    id: str
    url: str = ""
    """Where its bytes are; "" where Slack says so only when asked, as for files of another company."""
    size_bytes: int = 0
    """As Slack says; 0 where it does not."""
    is_image: bool = True
    """As Slack says, or because it does not say; the bytes decide."""
    is_gone: bool = False
    """Deleted, or kept back by a limit of the workspace's plan."""
    is_elsewhere: bool = False
    """A link to a file that Slack does not keep."""


class FileSource(Protocol):
    """Where attached files are."""

    async def fetch(self, file: Attachment, most_bytes: int) -> bytes:
        """Its bytes. Raises the FileError classes of bot.errors, and nothing else."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a message is stamped with, invisibly, so that it can be found again."""

    job: str
    part: int = 0
    audience: Audience = Audience.REQUESTER


@dataclass(frozen=True, slots=True)
class Now:
    """What there is to say of an unfinished job beside the job itself."""

    position: int = 0
    """Jobs before it in the queue."""
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as it goes over the wire."""

    text: str
    """What notifications and screen readers say."""
    blocks: tuple[Block, ...] = ()


class Renderer(Protocol):
    """Says what a job looks like; pure."""

    def show(self, job: Job, now: Now, files: Mapping[str, str]) -> tuple[Shown, ...]:
        """The message, then the parts that continue it in its thread.

        `files` maps artifact keys to ids of uploaded files; an image that is not in it is left out.
        """

    def plain(self, shown: Shown) -> Shown:
        """The same, so short and plain that Slack cannot refuse it."""

    def excuse(self, job: Job, code: str) -> str:
        """Why the job cannot be shown where it was asked for (Slack's error code), and what to do."""


class Announcer(Protocol):
    """Tells the workers of a new job: the sending half of engine.ports.JobQueue. Raises QueueUnavailable."""

    def generate(self, job_id: str, kind: Kind) -> None: ...

    def deliver(self, job_id: str) -> None: ...


class Messenger(Protocol):
    """Shows messages. Every method raises the DeliveryError classes of bot.errors, and nothing else."""

    def post(self, place: Place, text: str, blocks: Sequence[Block], mark: Mark) -> str:
        """Post once, unfurling nothing; return the message's timestamp."""

    def update(self, channel: str, ts: str, text: str, blocks: Sequence[Block]) -> None:
        """Replace what a message shows."""

    def find(self, place: Place, mark: Mark, since: float) -> str | None:
        """The timestamp of the app's own message with this mark, posted after `since` (epoch seconds)."""

    def upload(self, data: bytes, filename: str, alt_text: str) -> str:
        """Upload a file that no channel sees yet; return its id, for an image block's `slack_file`."""

    def whisper(self, place: Place, user: str, text: str) -> None:
        """Tell one person, in the channel where that works, else in a direct message."""


class Slots(Protocol):
    """Shares out what all delivery processes may do together. Never waits, never raises."""

    interval_s: float
    """Time between two progress updates in one channel."""

    def take(self, channel: str) -> bool:
        """True if a progress update may be sent in this channel now."""

    def come_back(self, job_id: str, reason: Reason, in_s: float) -> bool:
        """True for the first who asks so for this job within `in_s`: the one to deliver it again then."""
