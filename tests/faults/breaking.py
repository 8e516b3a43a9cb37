"""Breaks things in a running installation, as a plan says, and notes which requests were met."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import redis

from engine.domain.job import State
from tests.faults.fleet import Ended
from tests.faults.installation import BOT_PROCESS, GENERATORS, Installation
from tests.faults.job_table import Row
from tests.faults.models import TOKEN
from tests.faults.plan import Breakage, Fault
from tests.support.waiting import until

RETRY_AFTER_S = 2
DELAY_EVENTS_S = 1.0

_JOB = re.compile(r"(?<=aigc-)[0-9a-f]{16}")

_STATUS: dict[Breakage, dict[str, Any]] = {
    Breakage.SLACK_LIMITED: {"status": 429, "retry_after": RETRY_AFTER_S},
    Breakage.SLACK_BROKEN: {"status": 503},
    Breakage.SLACK_SILENT: {"status": "timeout"},
    Breakage.SLACK_DONE_SILENT: {"status": "timeout", "after_effect": True},
    Breakage.SLACK_DONE_BROKEN: {"status": 500, "after_effect": True},
}


@dataclass(frozen=True, slots=True)
class Incident:
    """A fault that took place, and the requests that were in its way."""

    breakage: Breakage
    target: str
    at: float
    """Seconds since the epoch."""
    met: frozenset[str] = frozenset()
    """Their tokens, or where there is no telling their job's ids; none where nobody had to wait for anything."""
    next_request: bool = False
    """It met whoever asked next: recovered when their request has ended."""


@dataclass(slots=True)
class Breaker:
    """Keeps the processes running, and knows why one is not."""

    place: Installation
    incidents: list[Incident] = field(default_factory=list)
    _expected: dict[int, list[tuple[Breakage, str, float]]] = field(default_factory=dict)
    """By process id: what was done to it, and when; several points where its threads came to them at once."""
    _armed: dict[str, Breakage] = field(default_factory=dict)
    _noticed: int = 0
    """How many fired points were taken note of."""
    _still: dict[str, int] = field(default_factory=dict)
    """By name: the process id of what stands still."""
    _slack: dict[str, list[Breakage]] = field(default_factory=dict)
    """By Web API method: how its next calls fail, in order."""
    _heard_until: float = field(default_factory=time.time)
    crashes: list[Ended] = field(default_factory=list)
    """Processes that ended by themselves."""

    def apply(self, fault: Fault) -> None:
        """Break this; what takes time to show is found by `tend`."""
        match fault.breakage:
            case Breakage.GENERATOR_KILLED | Breakage.DELIVERER_KILLED | Breakage.BOT_KILLED:
                self._signal(fault, signal.SIGKILL)
            case Breakage.GENERATOR_ENDED | Breakage.DELIVERER_ENDED | Breakage.BOT_ENDED:
                self._signal(fault, signal.SIGTERM)
            case Breakage.GENERATOR_KILLED_AT | Breakage.DELIVERER_KILLED_AT | Breakage.BOT_KILLED_AT:
                if self.place.points.arm(fault.target):
                    self._armed[fault.target] = fault.breakage
            case Breakage.GENERATOR_STILL:
                self._stand_still(fault)
            case Breakage.RELAY_KILLED:
                self._kill_relay(fault)
            case Breakage.BROKER_FLUSHED:
                with suppress(redis.RedisError):
                    self.place.flush_broker()
                    self._note(fault, self.place.jobs.open())
            case Breakage.BROKER_KILLED:
                self.place.restart_broker()
                self._note(fault, self.place.jobs.open())
            case Breakage.DATABASE_AWAY:
                self._note(fault, self.place.jobs.open(), next_request=True)
            case Breakage.EVENTS_TWICE:
                self.place.slack.knobs(deliver_twice=True, delay_events_s=DELAY_EVENTS_S)
                self._note(fault, ())
            case _:
                self._have_slack_fail(fault)

    def tend(self) -> None:
        """Start again what ended, wake who stood still long enough, and note what took place meanwhile."""
        self._wake()
        ended = self.place.fleet.tend()
        fired = self.place.points.fired()
        for point in fired[self._noticed :]:
            if point.point in self._armed:
                self._expect(point.pid, self._armed[point.point], point.point, point.at)
        self._noticed = len(fired)
        for one in ended:
            self._explain(one)

    def calm(self) -> None:
        """Nothing more is to break."""
        self.place.points.disarm()
        self.place.slack.knobs(deliver_twice=False, delay_events_s=0.0, fail_next=[])

    def note_slack(self) -> None:
        """Take note of the calls that failed since the last time; the workspace remembers the latest 5,000 only."""
        for call in self.place.slack.calls():
            waiting = self._slack.get(call["method"], [])
            if call["at"] <= self._heard_until or call["ok"] or call["status"] == 200 or not waiting:
                continue
            met = frozenset(_named_in(json.dumps(call["args"])))
            self.incidents.append(Incident(waiting.pop(0), call["method"], call["at"], met))
            self._heard_until = call["at"]

    def _signal(self, fault: Fault, number: signal.Signals) -> None:
        if fault.target in self._still:
            return
        pid = self.place.fleet.signal(fault.target, number)
        self._expect(pid, fault.breakage, fault.target, time.time())
        if number == signal.SIGKILL:
            self.tend_after(fault.target)

    def tend_after(self, name: str) -> None:
        """Return when `name` was seen to have ended, and runs again."""
        self.place.fleet.wait(name)
        self.tend()

    def _explain(self, ended: Ended) -> None:
        causes = self._expected.pop(ended.pid, [])
        if not causes:
            self.crashes.append(ended)
            return
        met = _tokens(_held_by(ended, self.place.jobs.open()))
        for breakage, target, at in causes:
            self.incidents.append(Incident(breakage, target, at, met, next_request=ended.name == BOT_PROCESS))

    def _expect(self, pid: int, breakage: Breakage, target: str, at: float) -> None:
        self._expected.setdefault(pid, []).append((breakage, target, at))

    def _stand_still(self, fault: Fault) -> None:
        if fault.target in self._still:
            return
        pid = self._stopped(fault.target)
        while not self.place.database.writable():
            self.place.fleet.signal(fault.target, signal.SIGCONT)
            until(self.place.database.writable)
            self._stopped(fault.target)
        self._still[fault.target] = pid
        ended = Ended(fault.target, pid, 0)
        self._note(fault, _held_by(ended, self.place.jobs.open()))

    def _stopped(self, name: str) -> int:
        """Stop it; its process id once it stands still: a thread ends its system call first, which may take a lock."""
        pid = self.place.fleet.signal(name, signal.SIGSTOP)
        until(lambda: _stands_still(pid))
        return pid

    def _wake(self) -> None:
        """Whoever stood still goes on once all that it worked on was given to somebody else, or if it had nothing."""
        for name, pid in list(self._still.items()):
            if not _held_by(Ended(name, pid, 0), self.place.jobs.open()):
                del self._still[name]
                self.place.fleet.signal(name, signal.SIGCONT)

    def _kill_relay(self, fault: Fault) -> None:
        for relay in self.place.fleet.children(BOT_PROCESS):
            with suppress(psutil.NoSuchProcess):
                relay.kill()
            self._note(fault, [row for row in self.place.jobs.open() if row.state is State.ACCEPTED])

    def _have_slack_fail(self, fault: Fault) -> None:
        knobs = self.place.slack.knobs()
        wanted: dict[str, Any] = {"method": fault.target, **_STATUS[fault.breakage]}
        self.place.slack.knobs(fail_next=[*knobs["fail_next"], wanted])
        self._slack.setdefault(fault.target, []).append(fault.breakage)

    def _note(self, fault: Fault, met: Sequence[Row], *, next_request: bool = False) -> None:
        incident = Incident(fault.breakage, fault.target, time.time(), _tokens(met), next_request)
        self.incidents.append(incident)


def _held_by(ended: Ended, rows: Sequence[Row]) -> list[Row]:
    """What this process worked on."""
    if ended.name in GENERATORS:
        return [row for row in rows if f":{ended.pid}:" in row.owner]
    if ended.name == BOT_PROCESS:
        return []
    return [row for row in rows if row.being_delivered]


def _stands_still(pid: int) -> bool:
    """Whether all its threads are stopped; where no /proc tells, it is taken for granted."""
    try:
        return all("\nState:\tT" in status.read_text() for status in Path(f"/proc/{pid}/task").glob("*/status"))
    except OSError:  # a thread ended meanwhile
        return False


def _named_in(arguments: str) -> set[str]:
    """The request that a call is about, by its token, or by its job where only a file is named."""
    found = TOKEN.search(arguments) or _JOB.search(arguments)
    return {found[0]} if found else set()


def _tokens(rows: Iterable[Row]) -> frozenset[str]:
    return frozenset(row.token for row in rows if row.token)
