"""What delivering needs from the outside, as protocols; each has an adapter and a fake of the same name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, Protocol

from engine.domain.job import Audience, Job
from engine.domain.request import Kind
from engine.domain.result import Progress

Block = Mapping[str, Any]
"""One Block Kit block as it goes over the wire (docs.slack.dev/reference/block-kit/blocks)."""

Reason = Literal["queue", "slot", "turn", "hurry"]
"""Why to look at a job again: it waits in the queue, its progress waits for a slot or its message for its turn, or
those of later requests wait for its message."""

Call = Literal["post", "update", "upload", "find"]
"""What Slack limits, each with a rate of its own."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a channel, and the root of a thread in it or "" for the top."""

    channel: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a person attached to a message."""

    id: str
    url: str = ""
    """Where its bytes are; "" where Slack says so only when asked, as for files of another company."""
    size_bytes: int = 0
    """As Slack says; 0 where it does not."""
    is_image: bool = True
    """As Slack says, or because it does not say; the bytes decide."""
    is_table: bool = False
    """A CSV file, as Slack or its name says; the bytes decide."""
    is_gone: bool = False
    """Deleted, or kept back by a limit of the workspace's plan."""
    is_elsewhere: bool = False
    """A link to a file that Slack does not keep."""
    name: str = field(default="", repr=False)
    """As people see it: anybody may write anything there, so it is for reading and its ending alone, and for no log."""
    link: str = ""
    """Where people open it."""
    is_canvas: bool = False
    """A page that is written in Slack; its bytes are HTML."""


@dataclass(frozen=True, slots=True)
class Written:
    """A message as somebody wrote it, or one that somebody forwarded in theirs."""

    ts: str
    """Of the message that it stands in."""
    user: str
    """Who wrote it; "" where Slack does not say."""
    text: str
    """Plain, without Slack's markup; "" of a message with nothing but files."""
    team: str = ""
    """The writer's workspace; "" where Slack does not say."""
    bot: bool = False
    """An app wrote it."""
    own: bool = False
    """This app wrote it."""
    forwarded: bool = False
    """Its writer wrote it elsewhere, and somebody shared it here."""
    files: bool = False
    thread: str = ""
    """The thread that it stands in or begins, "" where there is none."""


class ThreadSource(Protocol):
    """What people wrote where the app is a member. Every method raises the DeliveryError classes of bot.errors."""

    async def replies(self, channel: str, thread: str) -> tuple[Written, ...]:
        """A thread, oldest first: its root, and the latest of its replies where they are very many."""

    async def latest(self, channel: str) -> tuple[Written, ...]:
        """The latest messages at the top of a channel, oldest first."""

    async def link(self, channel: str, ts: str) -> str:
        """Where people can open a message."""

    async def direct(self, user: str) -> str:
        """The channel of the app's direct messages with this person."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """A message, or a file alone, that somebody pinned to a channel."""

    ts: str
    """"" of a file alone."""
    text: str
    """Plain, without Slack's markup."""
    link: str = ""
    files: tuple[Attachment, ...] = ()


class ChannelSource(Protocol):
    """What people keep at a channel where the app is a member. Raises the DeliveryError classes of bot.errors."""

    async def pins(self, channel: str) -> tuple[Pinned, ...]:
        """What is pinned there and has words or files, newest first."""

    async def canvas(self, channel: str) -> Attachment | None:
        """Its canvas, if it has one."""


class FileSource(Protocol):
    """Where attached files are."""

    async def fetch(self, file: Attachment, most_bytes: int) -> bytes:
        """Its bytes. Raises the FileError classes of bot.errors, and nothing else."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a message is stamped with, invisibly, so that it can be found again."""

    job: str
    part: int = 0
    """0 is the message, 1 and so on continue it; EXCUSE says in a direct message why there is none."""
    audience: Audience = Audience.REQUESTER
    edition: int = 0
    """How many messages before this one turned out to be past changing."""


EXCUSE = -1


class Posted(Enum):
    """Whether a message is there."""

    NOT_YET = "not_yet"
    YES = "yes"
    NEVER = "never"
    """The channel did not take it."""


@dataclass(frozen=True, slots=True)
class Now:
    """What there is to say of a job beside the job itself."""

    position: int = 0
    """Jobs before it in the queue."""
    wait_s: float | None = None
    """How long it still waits there; None if nobody can tell."""
    progress: Progress | None = None
    kept_out: Mapping[str, str] = field(default_factory=dict)
    """Why Slack did not take an image: artifact key -> its error code."""
    reply: Posted = Posted.YES
    """For the sender of a reply: whether it stands in the customer's thread."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as it goes over the wire."""

    text: str
    """What notifications and screen readers say."""
    blocks: tuple[Block, ...] = ()
    files: tuple[str, ...] = ()
    """Ids of uploaded files that hang from it, to be saved."""


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

    def alt_text(self, job: Job) -> str:
        """What its pictures show, for people who do not see them, in at most 500 characters."""


class Announcer(Protocol):
    """Tells the workers of a new job: the sending half of engine.ports.JobQueue. Raises QueueUnavailable."""

    def generate(self, job_id: str, kind: Kind) -> None: ...

    def deliver(self, job_id: str) -> None: ...


class Messenger(Protocol):
    """Shows messages. Every method raises the DeliveryError classes of bot.errors, and nothing else."""

    def post(self, place: Place, text: str, blocks: Sequence[Block], mark: Mark) -> str:
        """Post once, unfurling nothing; return the message's timestamp."""

    def update(self, channel: str, ts: str, text: str, blocks: Sequence[Block], files: Sequence[str] = ()) -> None:
        """Replace what a message shows, and hang uploaded files from it, which its readers may then open."""

    def find(self, place: Place, mark: Mark, between: tuple[float, float]) -> str | None:
        """The timestamp of the app's own message with this mark, posted between two times (epoch seconds)."""

    def upload(self, data: bytes, filename: str, alt_text: str) -> str:
        """Upload a file that no channel sees yet; return its id, for an image block's `slack_file`."""

    def direct(self, user: str) -> str:
        """The channel of the app's direct messages with this person."""


class Slots(Protocol):
    """Shares out what all delivery processes may do together. Never waits, never raises."""

    interval_s: float
    """Time between two progress updates in one channel."""

    def take(self, channel: str) -> bool:
        """True if a progress update may be sent in this channel now, without getting into a result's way."""

    def come_back(self, what: str, reason: Reason, in_s: float) -> bool:
        """True for the first who asks so for this job, or one audience of it, within `in_s`: the one to deliver it
        again then."""

    def turn(self, call: Call, channel: str, who: str) -> float:
        """0 if this call may be made now, else in how many seconds.

        That turn is kept for `who`, first come first served, until they ask again then and say `used`.
        """

    def used(self, who: str) -> None:
        """The call of the turn that came is being made."""

    def shut(self, call: Call, channel: str, for_s: float) -> None:
        """No such call in this channel for so long: Slack said so."""

    def patient(self, job_id: str, for_s: float) -> bool:
        """True for so long after it was first asked about this job."""
