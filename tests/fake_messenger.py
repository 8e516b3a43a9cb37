"""A Messenger that keeps messages in memory, as Slack would, and fails on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.errors import DeliveryError, MessageGone
from bot.ports import Block, Call, Mark, Place, Reason


@dataclass
class Posted:
    place: Place
    text: str
    blocks: list[dict[str, Any]]
    mark: Mark
    updates: int = 0
    files: tuple[str, ...] = ()


@dataclass
class FakeMessenger:
    """What was shown stands in `messages`, by timestamp."""

    messages: dict[str, Posted] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    posted: int = 0
    searches: int = 0
    before: dict[str, list[DeliveryError]] = field(default_factory=dict)
    """Method name -> errors to raise instead of doing it, one per call."""
    after: dict[str, list[BaseException]] = field(default_factory=dict)
    """Method name -> errors to raise after it was done: the answer got lost, or the process died."""

    def post(self, place: Place, text: str, blocks: Sequence[Block], mark: Mark) -> str:
        self._raise(self.before, "post")
        self.posted += 1
        ts = f"1700000000.{self.posted:06d}"
        self.messages[ts] = Posted(place, text, [dict(block) for block in blocks], mark)
        self._raise(self.after, "post")
        return ts

    def update(self, channel: str, ts: str, text: str, blocks: Sequence[Block], files: Sequence[str] = ()) -> None:
        self._raise(self.before, "update")
        if ts not in self.messages:
            raise MessageGone("message_not_found")
        message = self.messages[ts]
        assert message.place.channel == channel
        message.text, message.blocks = text, [dict(block) for block in blocks]
        message.updates += 1
        message.files = tuple(files)
        self._raise(self.after, "update")

    def find(self, place: Place, mark: Mark, between: tuple[float, float]) -> str | None:
        self.searches += 1
        self._raise(self.before, "find")
        return next((ts for ts, m in self.messages.items() if (m.place, m.mark) == (place, mark)), None)

    def upload(self, data: bytes, filename: str, alt_text: str) -> str:
        self._raise(self.before, "upload")
        file_id = f"F{len(self.files) + 1}"
        self.files[file_id] = data
        self._raise(self.after, "upload")
        return file_id

    def direct(self, user: str) -> str:
        self._raise(self.before, "direct")
        return f"D-{user}"

    def told(self, user: str) -> list[str]:
        """What this person was told in direct messages."""
        return [message.text for message in self.messages.values() if message.place.channel == f"D-{user}"]

    @staticmethod
    def _raise(errors: Mapping[str, list[Any]], method: str) -> None:
        if errors.get(method):
            raise errors[method].pop(0)


@dataclass
class FakeSlots:
    """Slots for tests: `free` says whether there is one, `wait_s` how long each call waits for its turn."""

    interval_s: float = 1.0
    free: bool = True
    wait_s: dict[Call, float] = field(default_factory=dict)
    patience: bool = True
    coming: set[tuple[str, Reason]] = field(default_factory=set)
    taken: list[str] = field(default_factory=list)
    """Who used their turns."""
    closed: list[tuple[Call, str, float]] = field(default_factory=list)

    def take(self, channel: str) -> bool:
        return self.free

    def come_back(self, what: str, reason: Reason, in_s: float) -> bool:
        first = (what, reason) not in self.coming
        self.coming.add((what, reason))
        return first

    def turn(self, call: Call, channel: str, who: str) -> float:
        return self.wait_s.get(call, 0.0)

    def used(self, who: str) -> None:
        self.taken.append(who)

    def shut(self, call: Call, channel: str, for_s: float) -> None:
        self.closed.append((call, channel, for_s))

    def patient(self, job_id: str, for_s: float) -> bool:
        return self.patience
