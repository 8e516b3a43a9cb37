"""`aigc play` in a process of its own, as people run it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def play(
    data: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and the address that it printed; killed at the end if it still runs.

    On any port unless one is named: of two that look at the same time whether the usual one is free, both take it.
    """
    command = [sys.executable, "-m", "bot", "play", "--no-browser", "--port", "0", "--data", str(data), *arguments]
    with subprocess.Popen(
        command,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process, _address(process)
        finally:
            if process.poll() is None:
                process.kill()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline()
    assert line.startswith("ready http://127.0.0.1:"), line + process.stderr.read()
    return line.split()[1]
