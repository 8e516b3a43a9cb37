"""Ends a child process whose parent is gone, so that nothing keeps running after a killed `aigc play`."""

from __future__ import annotations

import os
import signal
import threading
import time

PARENT_VARIABLE = "AIGC_EXIT_WITH_PARENT"
"""Set by a supervisor to its own process id."""

GRACE_S = 10.0


def exit_with_parent() -> None:
    """Watch the parent named in the environment, if any, from a thread of its own."""
    parent = os.environ.pop(PARENT_VARIABLE, "")
    if parent:
        threading.Thread(target=_watch, args=(int(parent),), name="orphan-watch", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os._exit(1)
