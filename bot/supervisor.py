"""Starts a product's processes in order, restarts what crashes, stops all of them together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.orphan import PARENT_VARIABLE

STOP_S = 10.0
"""How long a process may take to end by itself before it is killed."""

MAX_RESTARTS = 5

FORGIVEN_AFTER_S = 60.0
"""A process that ran so long since its last crash has a clean record again."""


class ProcessFailed(Exception):
    """A process ended before it was ready, or crashed too often; the message ends with its log's last lines."""


@dataclass(frozen=True, slots=True)
class Program:
    """One process: `aigc` arguments, and how to tell that it is ready."""

    name: str
    arguments: tuple[str, ...]
    ready: Callable[[], bool]
    timeout_s: float = 120.0


@dataclass(slots=True)
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    restarts: int = 0
    started_at: float = field(default_factory=time.monotonic)
    restart_at: float | None = None


@dataclass(slots=True)
class Supervisor:
    """Runs programs with one environment; each one's output goes to `logs/<name>.log`."""

    logs: Path
    environment: Mapping[str, str]
    _children: list[_Child] = field(default_factory=list)

    def start(self, program: Program, wait: Callable[[], None] = lambda: None) -> None:
        """Launch and return when ready. Raises ProcessFailed."""
        self.launch(program)
        self.await_ready(program, wait)

    def launch(self, program: Program) -> None:
        """Start, and do not wait."""
        self._children.append(_Child(program, self._spawn(program)))

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

    def tend(self) -> None:
        """Restart what crashed, later each time. Raises ProcessFailed after MAX_RESTARTS."""
        for child in self._children:
            code = child.process.poll()
            if code is None:
                continue
            if child.restart_at is None:
                if time.monotonic() - child.started_at > FORGIVEN_AFTER_S:
                    child.restarts = 0
                if child.restarts >= MAX_RESTARTS:
                    raise ProcessFailed(
                        f"{child.program.name} keeps crashing (code {code}):\n{self._tail(child.program)}"
                    )
                child.restart_at = time.monotonic() + 2.0**child.restarts
            elif time.monotonic() >= child.restart_at:
                child.process = self._spawn(child.program)
                child.started_at = time.monotonic()
                child.restarts += 1
                child.restart_at = None

    def processes(self) -> dict[str, int]:
        """The process id of each program that runs."""
        return {child.program.name: child.process.pid for child in self._children if child.process.poll() is None}

    def stop(self) -> None:
        """End all, the last started first; kill what does not end in STOP_S."""
        running = [child.process for child in reversed(self._children) if child.process.poll() is None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_S
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._children.clear()

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{program.name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", *program.arguments],
                env={**os.environ, **self.environment, PARENT_VARIABLE: str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops them in order
            )

    def _tail(self, program: Program) -> str:
        lines = (self.logs / f"{program.name}.log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-15:])
