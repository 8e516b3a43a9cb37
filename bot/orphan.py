"""Ends a child process whose parent is gone, so that nothing keeps running after a killed `aigc play`."""

from __future__ import annotations

import os
import signal
import threading
import time

from engine.timing import DEFAULT

PARENT_VARIABLE = "AIGC_EXIT_WITH_PARENT"
"""Set by a supervisor to its own process id, and after a colon how many seconds the end may take."""


def told_parent(stop_s: float) -> str:
    """The variable's value for this process's children."""
    return f"{os.getpid()}:{stop_s}"


def exit_with_parent() -> None:
    """Watch the parent named in the environment, if any, from a thread of its own."""
    parent, _, stop_s = os.environ.pop(PARENT_VARIABLE, "").partition(":")
    if parent:
        told = (int(parent), float(stop_s or DEFAULT.stop_s))
        threading.Thread(target=_watch, args=told, name="orphan-watch", daemon=True).start()


def _watch(parent: int, stop_s: float) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(stop_s)
    os._exit(1)
