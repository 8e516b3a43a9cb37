"""Tells the broker about new jobs from a process of its own, so that this costs no acknowledgement its interpreter.

The bot's process writes one line per message to the relay's standard input and goes on. Nothing is lost when the
relay dies, or when the broker keeps it so long that its pipe is full: the sweeper queues what no worker took.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import IO, TextIO

from bot.ports import Announcer
from engine.domain.request import Kind
from engine.errors import EngineError, QueueUnavailable
from engine.settings import EngineSettings

log = logging.getLogger(__name__)

_END_S = 10

_QUEUE_SETTINGS = ("redis_url", "broker_url", "job_timeout_s", "drain_s")
"""The fields of EngineSettings that say how to reach the queue, and for how long it waits for an acknowledgement."""


class Relay:
    """An Announcer over a child process that runs `command`, started again when it died.

    The child finds the broker's URL in its environment: it may hold a password, and everybody sees a command line.
    """

    def __init__(
        self, engine: EngineSettings, command: Sequence[str] = (sys.executable, "-m", "bot.relay_process")
    ) -> None:
        self._command = tuple(command)
        wanted = {name: str(getattr(engine, name)) for name in _QUEUE_SETTINGS}
        self._environment = {f"AIGC_{name.upper()}": value for name, value in wanted.items()}
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the child now, so that the first message need not wait for it."""
        with self._lock:
            self._running()

    def generate(self, job_id: str, kind: Kind) -> None:
        self._write(f"generate {job_id} {kind.value}\n")

    def deliver(self, job_id: str) -> None:
        self._write(f"deliver {job_id}\n")

    def close(self) -> None:
        """Let the child send what it was given, then end."""
        with self._lock:
            self._end()

    def _write(self, line: str) -> None:
        """All of the line or, since it is shorter than PIPE_BUF, nothing of it."""
        with self._lock:
            try:
                written = self._running().write(line.encode())
            except OSError as error:
                raise QueueUnavailable(f"the relay died: {error}") from error
        if written is None:
            raise QueueUnavailable("the relay does not keep up: the broker does not answer it")

    def _running(self) -> IO[bytes]:
        """The standard input of the child, which is started if it is not there; the lock is held."""
        if self._child is None or self._child.poll() is not None:
            self._end()
            environment = os.environ | self._environment
            self._child = subprocess.Popen(self._command, stdin=subprocess.PIPE, bufsize=0, env=environment)
            os.set_blocking(_input(self._child).fileno(), False)
        return _input(self._child)

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        try:
            child.communicate(timeout=_END_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _input(child: subprocess.Popen[bytes]) -> IO[bytes]:
    assert child.stdin is not None  # noqa: S101 - for the type checker
    return child.stdin


def forward(lines: TextIO, queue: Announcer) -> None:
    """Send each line's message until the end of `lines`."""
    for line in lines:
        word, job_id, *rest = line.split()
        try:
            if word == "generate":
                queue.generate(job_id, Kind(rest[0]))
            else:
                queue.deliver(job_id)
        except EngineError as error:
            log.warning("job %s is stored but not queued, the sweeper will: %s", job_id, error)
