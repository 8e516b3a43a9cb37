"""What a campaign does, made from its seed alone: who asks for what, and what breaks when."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from engine.domain.request import Kind
from tests.faults.installation import BOT_PROCESS, DELIVERERS, GENERATORS, ROOMS
from tests.faults.models import Word
from tests.support.slack import ADA, BEN, MEI

WISHES_PER_FAULT = 8

Surface = Literal["command", "mention", "direct"]


class Breakage(StrEnum):
    """How things break; the values are rows of the table."""

    GENERATOR_KILLED = "generation worker killed"
    GENERATOR_KILLED_AT = "generation worker killed at a point"
    GENERATOR_ENDED = "generation worker told to end"
    GENERATOR_STILL = "generation worker stood still"
    DELIVERER_KILLED = "delivery worker killed"
    DELIVERER_KILLED_AT = "delivery worker killed at a point"
    DELIVERER_ENDED = "delivery worker told to end"
    BOT_KILLED = "bot killed"
    BOT_KILLED_AT = "bot killed at a point"
    BOT_ENDED = "bot told to end"
    RELAY_KILLED = "relay killed"
    BROKER_FLUSHED = "broker flushed"
    BROKER_KILLED = "broker killed, back empty"
    DATABASE_AWAY = "database away"
    SLACK_LIMITED = "Slack: rate limit"
    SLACK_BROKEN = "Slack: server error"
    SLACK_SILENT = "Slack: no answer"
    SLACK_DONE_SILENT = "Slack: done, and no answer"
    SLACK_DONE_BROKEN = "Slack: done, and a server error"
    EVENTS_TWICE = "events sent twice, late"


_WEIGHTS = {
    Breakage.GENERATOR_KILLED: 6,
    Breakage.GENERATOR_KILLED_AT: 14,
    Breakage.GENERATOR_ENDED: 3,
    Breakage.GENERATOR_STILL: 2,
    Breakage.DELIVERER_KILLED: 6,
    Breakage.DELIVERER_KILLED_AT: 18,
    Breakage.DELIVERER_ENDED: 3,
    Breakage.BOT_KILLED: 2,
    Breakage.BOT_KILLED_AT: 4,
    Breakage.BOT_ENDED: 2,
    Breakage.RELAY_KILLED: 2,
    Breakage.BROKER_FLUSHED: 4,
    Breakage.BROKER_KILLED: 3,
    Breakage.DATABASE_AWAY: 3,
    Breakage.SLACK_LIMITED: 6,
    Breakage.SLACK_BROKEN: 6,
    Breakage.SLACK_SILENT: 4,
    Breakage.SLACK_DONE_SILENT: 5,
    Breakage.SLACK_DONE_BROKEN: 5,
    Breakage.EVENTS_TWICE: 2,
}

_AROUND = ("before", "after")
_MODEL_POINTS = ("model.generate", "filter.check_prompt.after", "filter.finish.before", "filter.feed.after")
_JOB_POINTS = tuple(
    f"{method}.{side}"
    for method in ("store.take_turn", "store.finish", "artifacts.put", "filter.check_image")
    for side in _AROUND
)
_SLACK_CALLS = (
    "chat_postMessage",
    "chat_update",
    "files_getUploadURLExternal",
    "_send",
    "files_completeUploadExternal",
)
_SLACK_POINTS = tuple(f"slack.{call}.{side}" for call in _SLACK_CALLS for side in _AROUND)
_SAVE_POINTS = tuple(f"store.save_delivery.{side}" for side in _AROUND)
_WEB_API = ("chat.postMessage", "chat.update", "files.getUploadURLExternal", "files.completeUploadExternal")

_TARGETS: dict[Breakage, Sequence[str]] = {
    Breakage.GENERATOR_KILLED: GENERATORS,
    Breakage.GENERATOR_KILLED_AT: (*_MODEL_POINTS, *_JOB_POINTS),
    Breakage.GENERATOR_ENDED: GENERATORS,
    Breakage.GENERATOR_STILL: GENERATORS,
    Breakage.DELIVERER_KILLED: DELIVERERS,
    Breakage.DELIVERER_KILLED_AT: (*_SLACK_POINTS, *_SAVE_POINTS),
    Breakage.DELIVERER_ENDED: DELIVERERS,
    Breakage.BOT_KILLED: (BOT_PROCESS,),
    Breakage.BOT_KILLED_AT: tuple(f"store.admit.{side}" for side in _AROUND),
    Breakage.BOT_ENDED: (BOT_PROCESS,),
    Breakage.SLACK_LIMITED: _WEB_API,
    Breakage.SLACK_BROKEN: _WEB_API,
    Breakage.SLACK_SILENT: _WEB_API,
    Breakage.SLACK_DONE_SILENT: _WEB_API,
    Breakage.SLACK_DONE_BROKEN: _WEB_API,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """One request; it is made again, under another token, until it was accepted."""

    number: int
    user: str
    room: int
    surface: Surface
    kind: Kind
    word: Word
    late_model: bool

    def prompt(self, attempt: int) -> str:
        return f"a post for {self.token(attempt)} {self.word} bottle"

    def token(self, attempt: int) -> str:
        return f"q{self.number}x{attempt}"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that breaks before a wish is made; `target` is a process, a point or a Web API method."""

    before: int
    breakage: Breakage
    target: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    wishes: tuple[Wish, ...]
    faults: tuple[Fault, ...]

    def before(self, wish: Wish) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if fault.before == wish.number)


def make_plan(seed: int, jobs: int, wishes_per_fault: int = WISHES_PER_FAULT) -> Plan:
    """The same for the same numbers, on every machine."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    wishes = tuple(_wish(chance, number) for number in range(jobs))
    faults = tuple(_fault(chance, number) for number in range(wishes_per_fault // 2, jobs, wishes_per_fault))
    return Plan(wishes, faults)


def closing(number: int) -> tuple[Wish, ...]:
    """Requests from `number` on that together come to every point which a plan arms."""
    kinds = enumerate((Kind.COPY, Kind.DRAW), number)
    return tuple(Wish(at, ADA, 0, "command", kind, Word.PLAIN, late_model=False) for at, kind in kinds)


def _wish(chance: random.Random, number: int) -> Wish:
    surface: Surface = chance.choices(("command", "mention", "direct"), (55, 30, 15))[0]
    kind = chance.choices((Kind.COPY, Kind.DRAW), (82, 18))[0]
    return Wish(
        number=number,
        user=chance.choice((ADA, BEN, MEI)),
        room=chance.randrange(ROOMS),
        surface=surface,
        kind=kind,
        word=chance.choices(tuple(Word), (76, 8, 8, 8))[0],
        late_model=surface == "command" and chance.random() < 0.05,
    )


def _fault(chance: random.Random, number: int) -> Fault:
    breakage = chance.choices(tuple(_WEIGHTS), tuple(_WEIGHTS.values()))[0]
    targets = _TARGETS.get(breakage, ("",))
    return Fault(number, breakage, chance.choice(targets))
