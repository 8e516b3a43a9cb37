"""The embedded language model, unpacked once per test run, by whichever process needs it first: it takes a while."""

from __future__ import annotations

import atexit
import fcntl
import functools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.models import language


@functools.cache
def data_dir() -> Path:
    """A data folder for EngineSettings in which the model is unpacked already; the last process to end deletes it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    folder = Path(tempfile.gettempdir()) / f"aigc-data-{run}"
    user = folder / f"used-by-{os.getpid()}"
    with _alone(run):
        folder.mkdir(exist_ok=True)
        user.touch()
        language.ensure(folder / "models" / "smollm2")
    atexit.register(_leave, run, user)
    return folder


def _leave(run: str, user: Path) -> None:
    with _alone(run) as lock:
        user.unlink()
        if not list(user.parent.glob("used-by-*")):
            shutil.rmtree(user.parent, ignore_errors=True)
            lock.unlink()


@contextmanager
def _alone(run: str) -> Iterator[Path]:
    """No other process of the run is in here."""
    lock = Path(tempfile.gettempdir()) / f"aigc-data-{run}.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield lock
