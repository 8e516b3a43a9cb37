"""What delivering needs from the outside, as protocols; each has an adapter and a fake of the same name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Block = Mapping[str, Any]
"""One Block Kit block as it goes over the wire (docs.slack.dev/reference/block-kit/blocks)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a channel, and the root of a thread in it or "" for the top."""

    channel: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a message is stamped with, invisibly, so that it can be found again."""

    job: str
    part: int = 0


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

    def come_back(self, job_id: str, in_s: float) -> bool:
        """True for the first who asks for this job within `in_s`: the one to deliver it again then."""
