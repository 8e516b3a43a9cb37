"""Starts a product's processes in order, restarts what ends, later each time, and stops all of them together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.orphan import PARENT_VARIABLE, told_parent
from engine.timing import DEFAULT

FORGIVEN_AFTER_S = 60.0
"""What ran so long before it ended has a clean record again."""

LONGEST_PAUSE_S = 60.0
"""What ends again and again is started after 1 s, 2 s, 4 s, and so on up to this."""


class ProcessFailed(Exception):
    """A process ended before it was ready; the message ends with its log's last lines."""


@dataclass(frozen=True, slots=True)
class Program:
    """One process: `aigc` arguments, and how to tell that it is ready."""

    name: str
    arguments: tuple[str, ...]
    ready: Callable[[], bool]
    timeout_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that ended by itself; it is started again in `again_in_s`."""

    program: Program
    code: int
    """Its exit status, negative for the signal that ended it."""
    again_in_s: float


@dataclass(slots=True)
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    started_at: float
    quick_ends: int = 0
    """How often in a row it ended soon after it was started."""
    restart_at: float | None = None


@dataclass(slots=True)
class Supervisor:
    """Runs programs with one environment; each one's output goes to `logs/<name>.log`.

    `stop_s` is how long they may take to end when told to: a worker needs `Timing.stop_s`.
    """

    logs: Path
    environment: Mapping[str, str]
    stop_s: float = DEFAULT.stop_s
    command: Sequence[str] = (sys.executable, "-m", "bot")
    """What a program's arguments are for."""
    clock: Callable[[], float] = time.monotonic
    _children: list[_Child] = field(default_factory=list)

    def start(self, program: Program, wait: Callable[[], None] = lambda: None) -> None:
        """Launch and return when ready. Raises ProcessFailed."""
        self.launch(program)
        self.await_ready(program, wait)

    def launch(self, program: Program) -> None:
        """Start, and do not wait."""
        self._children.append(_Child(program, self._spawn(program), self.clock()))

    def await_ready(self, program: Program, wait: Callable[[], None] = lambda: None) -> None:
        """Return when a launched program is ready; `wait` is called again and again meanwhile. Raises ProcessFailed."""
        child = next(child for child in self._children if child.program is program)
        deadline = time.monotonic() + program.timeout_s
        while not program.ready():
            if child.process.poll() is not None:
                raise ProcessFailed(
                    f"{program.name} ended with code {child.process.returncode}:\n{self._tail(program)}"
                )
            if time.monotonic() > deadline:
                raise ProcessFailed(
                    f"{program.name} was not ready in {program.timeout_s:.0f} s:\n{self._tail(program)}"
                )
            wait()
            time.sleep(0.05)

    def tend(self) -> list[Ended]:
        """Start again what ended, when its pause is over; what has ended since the last call.

        Nothing is given up: the others work meanwhile, and what was wrong may have passed.
        """
        ended = []
        for child in self._children:
            code = child.process.poll()
            if code is None:
                continue
            if child.restart_at is None:
                pause_s = self._pause_s(child)
                child.restart_at = self.clock() + pause_s
                ended.append(Ended(child.program, code, pause_s))
            elif self.clock() >= child.restart_at:
                child.process, child.started_at, child.restart_at = self._spawn(child.program), self.clock(), None
        return ended

    def processes(self) -> dict[str, int]:
        """The process id of each program that runs."""
        return {child.program.name: child.process.pid for child in self._children if child.process.poll() is None}

    def stop(self) -> None:
        """End all, the last started first; kill what does not end in `stop_s`."""
        running = [child.process for child in reversed(self._children) if child.process.poll() is None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + self.stop_s
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._children.clear()

    def _pause_s(self, child: _Child) -> float:
        """Before it is started again; only what ended in quick succession counts."""
        if self.clock() - child.started_at > FORGIVEN_AFTER_S:
            child.quick_ends = 0
        child.quick_ends += 1
        return min(2.0 ** (child.quick_ends - 1), LONGEST_PAUSE_S)

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{program.name}.log").open("ab") as log:
            return subprocess.Popen(
                [*self.command, *program.arguments],
                env={**os.environ, **self.environment, PARENT_VARIABLE: told_parent(self.stop_s)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops them in order
            )

    def _tail(self, program: Program) -> str:
        lines = (self.logs / f"{program.name}.log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-15:])
