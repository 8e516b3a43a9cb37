"""Sends one job's messages and files to Slack: each in its turn, each once, each remembered before the next.

Before a message is posted it is written down that it is going to be. Whoever finds that note and no answer looks for
the message by its metadata, in the two minutes around the note, however much was written in the channel since.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from bot import held as memory
from bot.errors import (
    ChannelUnreachable,
    MessageFixed,
    MessageGone,
    MessageTooLong,
    RateLimited,
    SlackRejected,
    TurnNotCome,
)
from bot.held import Held
from bot.ports import EXCUSE, Announcer, Call, Messenger, Place, Renderer, Shown, Slots
from engine.domain.job import Delivery
from engine.errors import QueueUnavailable

log = logging.getLogger(__name__)

T = TypeVar("T")

BEFORE_S = 60.0
AFTER_S = 120.0
"""How far around the note of an intention its message is looked for: clocks differ, and Slack may have been slow."""

PATIENCE_S = 5.0
"""Longest that a message waits for those of earlier requests once its own turn has come."""
_LOOK_S = 0.25
_HURRY_S = 2.0
_UNADVISED_S = 1.0
_EVER = (0.0, 9_999_999_999.0)


class Sender:
    """The steps of a delivery that Slack sees. Raises DeliveryError, Overtaken and StoreUnavailable."""

    def __init__(
        self,
        messenger: Messenger,
        renderer: Renderer,
        slots: Slots,
        queue: Announcer,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._messenger = messenger
        self._renderer = renderer
        self._slots = slots
        self._queue = queue
        self._clock = clock

    def show(self, held: Held, parts: Sequence[Shown], delivery: Delivery) -> Delivery:
        """The message, then the parts that continue it in its thread; each posted once, then updated."""
        for number, shown in enumerate(parts):
            place = Place(held.home.channel, held.home.thread or (delivery.message if number else ""))
            part = _Part(number, place, shown)
            ts = memory.message(delivery, number) or self._search(held, delivery, part)
            if ts:
                delivery = self._update(held, delivery, part, ts)
                delivery = held.save(delivery) if number + 1 < len(parts) else delivery
            else:
                delivery = self._post(held, delivery, part)
        return delivery

    def upload(self, held: Held, delivery: Delivery, blob: str, data: bytes, alt_text: str) -> Delivery:
        """The file is at Slack, seen by nobody, and remembered."""
        name = f"aigc-{held.job.id}-{len(memory.files(delivery)) + 1}{blob[blob.rfind('.') :]}"
        self._await_turn("upload", held.home.channel, who := f"upload:{held.job.id}:{blob}")
        with self._calling("upload", held.home.channel, who):
            file_id = self._messenger.upload(data, name, alt_text)
        return held.save(memory.uploaded(delivery, blob, file_id))

    def excuse(self, held: Held, text: str) -> None:
        """Tell whoever asked, in a direct message, why there is no other; once."""
        delivery = held.saved()
        if memory.excused(delivery):
            return
        part = _Part(EXCUSE, Place(self._messenger.direct(held.job.origin.user)), Shown(text))
        if ts := self._search(held, delivery, part):
            held.save(memory.posted(delivery, EXCUSE, ts))
        else:
            self._post(held, delivery, part)

    def _search(self, held: Held, delivery: Delivery, part: _Part) -> str:
        """The timestamp of a part that an earlier delivery meant to post, "" if it did not come to that."""
        at = memory.intended_at(delivery, part.number)
        if at is None:
            return ""
        between = (at - BEFORE_S, at + AFTER_S) if at else _EVER
        self._await_turn("find", part.place.channel, who := part.who(held, "find"))
        try:
            with self._calling("find", part.place.channel, who):
                found = self._messenger.find(part.place, memory.mark(held, delivery, part.number), between)
        except (ChannelUnreachable, MessageGone) as error:
            log.warning("job %s: cannot look for its message in %s: %s", held.job.id, part.place.channel, error)
            return ""
        return found or ""

    def _post(self, held: Held, delivery: Delivery, part: _Part) -> Delivery:
        self._await_turn("post", part.place.channel, who := part.who(held, "post"))
        if part.number == 0 and (earlier := held.earlier()) and self._slots.patient(held.job.id, PATIENCE_S):
            self._hurry(earlier)
            raise TurnNotCome("an earlier request has no message yet", retry_after_s=_LOOK_S)
        delivery = held.save(memory.intend(delivery, part.number, self._clock()))
        mark = memory.mark(held, delivery, part.number)
        try:
            with self._calling("post", part.place.channel, who):
                ts = self._fitted(part.shown, lambda it: self._messenger.post(part.place, it.text, it.blocks, mark))
        except RateLimited:
            held.save(memory.forget(delivery, part.number))
            raise
        if part.shown.files:  # they hang from a message that is there already
            return self._update(held, held.save(memory.posted(delivery, part.number, ts)), part, ts)
        return held.save(memory.posted(delivery, part.number, ts, memory.digest(part.shown)))

    def _update(self, held: Held, delivery: Delivery, part: _Part, ts: str) -> Delivery:
        """What the part shows already is not sent again; what can be changed no more gets a successor, at the end."""
        channel, digest = part.place.channel, memory.digest(part.shown)
        if memory.shows(delivery, part.number, digest):
            return delivery
        self._await_turn("update", channel, who := part.who(held, "update"))
        delivery = held.save(memory.posted(delivery, part.number, ts))
        try:
            with self._calling("update", channel, who):
                self._fitted(part.shown, lambda it: self._messenger.update(channel, ts, it.text, it.blocks, it.files))
        except MessageFixed:
            if memory.edition(delivery, part.number):
                raise
            if held.job.state.made:
                return self._post(held, held.save(memory.next_edition(delivery, part.number)), part)
        return memory.posted(delivery, part.number, ts, digest)

    def _hurry(self, job_id: str) -> None:
        """Its turn came before this one's, and somebody else may be late for it."""
        if self._slots.come_back(job_id, "hurry", _HURRY_S):
            try:
                self._queue.deliver(job_id)
            except QueueUnavailable as error:
                log.warning("job %s cannot be hurried: %s", job_id, error)

    def _fitted(self, part: Shown, send: Callable[[Shown], T]) -> T:
        """Send; what Slack will not take is sent again as short plain text."""
        try:
            return send(part)
        except (MessageTooLong, SlackRejected) as error:
            log.error("Slack will not show it (%s), sending plain text", error)
            return send(self._renderer.plain(part))

    def _await_turn(self, call: Call, channel: str, who: str) -> None:
        if (wait_s := self._slots.turn(call, channel, who)) > 0:
            raise TurnNotCome(f"{call} waits for its turn", retry_after_s=wait_s)

    @contextmanager
    def _calling(self, call: Call, channel: str, who: str) -> Iterator[None]:
        """Use the turn that came, and tell all others where Slack wants no such call for a while."""
        self._slots.used(who)
        try:
            yield
        except RateLimited as error:
            self._slots.shut(call, channel, error.retry_after_s or _UNADVISED_S)
            raise


@dataclass(frozen=True, slots=True)
class _Part:
    """One message of a job."""

    number: int
    place: Place
    shown: Shown

    def who(self, held: Held, call: Call) -> str:
        """Whose turn it is."""
        return f"{call}:{held.job.id}:{held.audience.value}:{self.number}"
