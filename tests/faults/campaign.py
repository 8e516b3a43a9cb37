"""Makes the requests of a plan and breaks what it says, then waits until everything has ended."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from engine.domain.request import Kind
from tests.faults.breaking import Breaker, Incident
from tests.faults.installation import Installation
from tests.faults.plan import Breakage, Plan, Wish, closing
from tests.support.slack import ADA, ADA_DM, BEN, BEN_DM, BOT, MEI, MEI_DM

IN_FLIGHT = 64
"""Most requests that are under way at once."""

PATIENCE_S = 240.0
"""How long nothing at all may come to an end before the rest is taken for lost."""

_LISTEN_EVERY = 250
_LOOK_S = 0.1
UNDISTURBED: AbstractContextManager[None] = nullcontext()
_DIRECT = {ADA: ADA_DM, BEN: BEN_DM, MEI: MEI_DM}


@dataclass
class Campaign:
    """One run of a plan."""

    place: Installation
    plan: Plan
    say: Callable[[str], None] = lambda line: None
    accepted: dict[str, Wish] = field(default_factory=dict)
    """By token: the requests that nobody was told to make again."""
    turned_away: list[str] = field(default_factory=list)
    """The tokens of those whose requester was told to try again."""
    unstored: list[str] = field(default_factory=list)
    """The tokens of those that were acknowledged, and of which there is no job."""
    unreached: tuple[str, ...] = ()
    """The points that were armed to the end: no process came to them, so nothing was broken there."""
    breaker: Breaker = field(init=False)
    next_after: list[tuple[float, str]] = field(default_factory=list)
    """When each request was accepted, and its token."""

    def __post_init__(self) -> None:
        self.breaker = Breaker(self.place)

    def run(self) -> list[Incident]:
        """What took place."""
        self.make()
        self._wait(self._all_over)
        if self.place.points.armed():  # late in the plan, and nobody may have asked for what comes to it
            for wish in closing(len(self.plan.wishes)):
                self._accept(wish)
        return self.settle()

    def make(self) -> None:
        """Have all requests accepted, with what breaks in between."""
        for wish in self.plan.wishes:
            away = False
            for fault in self.plan.before(wish):
                self.breaker.apply(fault)
                away = away or fault.breakage is Breakage.DATABASE_AWAY
            if away:
                self._make(wish, 0, self.place.database.away())
            self._wait(lambda: len(self.place.jobs.open()) < IN_FLIGHT)
            self._accept(wish)
            if wish.number % _LISTEN_EVERY == 0:
                self.breaker.note_slack()
                self.say(f"{wish.number} requests, {len(self.breaker.incidents)} faults")

    def settle(self) -> list[Incident]:
        """What took place. Returns when all requests have ended, or when nothing ends any more."""
        self._wait(self._all_over)
        self.breaker.note_slack()
        self.unreached = self.place.points.armed()
        self.breaker.calm()
        return self.breaker.incidents

    def _accept(self, wish: Wish) -> None:
        """Make a request as often as its requester is told that it failed."""
        for attempt in itertools.count(1):
            if self._make(wish, attempt):
                return
            self._wait(self.place.takes_requests)

    def _make(self, wish: Wish, attempt: int, while_: AbstractContextManager[None] = UNDISTURBED) -> bool:
        """Whether nobody was told to make it again; a message is repeated by Slack itself."""
        if wish.surface == "command":
            taken = self._command(wish, attempt, while_)
        else:
            text = f"{wish.kind} {wish.prompt(attempt)}"
            direct = wish.surface == "direct"
            channel, text = (_DIRECT[wish.user], text) if direct else (self.place.rooms[wish.room], f"<@{BOT}> {text}")
            with while_:
                self.place.slack.act(user=wish.user, do="message", channel=channel, text=text)
            taken = True
        token = wish.token(attempt)
        if taken:
            self.accepted[token] = wish
            self.next_after.append((time.time(), token))
        else:
            self.turned_away.append(token)
        self.breaker.tend()
        return taken

    def _command(self, wish: Wish, attempt: int, while_: AbstractContextManager[None]) -> bool:
        began, token = time.time(), wish.token(attempt)
        model = " --model late" if wish.late_model and wish.kind is Kind.COPY else ""
        channel, text = self.place.rooms[wish.room], f"/aigc {wish.kind} {wish.prompt(attempt)}{model}"
        with while_:
            answer = self.place.slack.act(user=wish.user, do="command", channel=channel, text=text)
        if answer["acknowledged"] and not self.place.jobs.of_token(token):
            if not self._was_told(wish.user, channel, began):
                self.unstored.append(token)
            return False
        return bool(answer["acknowledged"])

    def _was_told(self, user: str, channel: str, since: float) -> bool:
        """Whether this person alone was shown something there."""
        shown = self.place.slack.messages(user, channel)
        return any(message["ephemeral"] and float(message["ts"]) >= since for message in shown)

    def _all_over(self) -> bool:
        if self.place.jobs.open():
            return False
        known = {row.token for row in self.place.jobs.all()}
        return self.accepted.keys() <= known and self.accepted.keys() <= self.place.witness.ended_at.keys()

    def _wait(self, condition: Callable[[], bool]) -> None:
        """Until it holds, or until nothing has ended for so long that it never will."""
        seen, since = len(self.place.witness.ended_at), time.monotonic()
        while not condition():
            self.breaker.tend()
            if len(self.place.witness.ended_at) > seen:
                seen, since = len(self.place.witness.ended_at), time.monotonic()
            if time.monotonic() - since > PATIENCE_S:
                return
            time.sleep(_LOOK_S)
