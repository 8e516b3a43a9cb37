"""The product's processes, each started again as soon as it ends, as systemd and Kubernetes do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bot.orphan import PARENT_VARIABLE
from tests.support.waiting import until

STOP_S = 120.0
START_S = 240.0
"""On a machine that has other things to do, too."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that is no more; `code` is negative for the signal that ended it."""

    name: str
    pid: int
    code: int


@dataclass(slots=True)
class Fleet:
    """Processes by name, each with what `aigc` is called with."""

    programs: Mapping[str, tuple[str, ...]]
    environment: Mapping[str, str]
    folder: Path
    """Where they run, and where what they say goes."""
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, *names: str) -> None:
        """These, or all."""
        for name in names or self.programs:
            with (self.folder / f"{name}.log").open("ab") as log:
                self._running[name] = subprocess.Popen(
                    [sys.executable, "-m", "tests.faults.process", *self.programs[name]],
                    env={**os.environ, **self.environment, PARENT_VARIABLE: str(os.getpid())},
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )

    def signal(self, name: str, number: signal.Signals) -> int:
        """Send it and return the process's id."""
        process = self._running[name]
        process.send_signal(number)
        return process.pid

    def wake(self) -> None:
        """Whoever was left standing still goes on."""
        for process in self._running.values():
            process.send_signal(signal.SIGCONT)

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def kill(self, name: str) -> Ended:
        """Without warning, and it stays away until it is started."""
        self.signal(name, signal.SIGKILL)
        ended = self.wait(name)
        del self._running[name]
        return ended

    def wait(self, name: str) -> Ended:
        """Until it ends by itself."""
        process = self._running[name]
        return Ended(name, process.pid, process.wait(STOP_S))

    def tend(self) -> list[Ended]:
        """Start again what has ended; what that was."""
        ended = [
            Ended(name, process.pid, code)
            for name, process in self._running.items()
            if (code := process.poll()) is not None
        ]
        self.start(*(one.name for one in ended)) if ended else None
        return ended

    def children(self, name: str) -> list[psutil.Process]:
        try:
            return psutil.Process(self._running[name].pid).children()
        except psutil.NoSuchProcess:
            return []

    def await_ready(self, ready: Callable[[], bool]) -> None:
        """Raises RuntimeError with what it said last if a process ends before that."""
        until(lambda: ready() or any(process.poll() is not None for process in self._running.values()), START_S)
        for name, process in self._running.items():
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended with {process.returncode}:\n{self.said(name)[-3000:]}")

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def stop(self) -> None:
        """End all of them, without ceremony: nothing is expected of them any more."""
        for process in self._running.values():
            process.kill()
        for process in self._running.values():
            process.wait()
        self._running.clear()
