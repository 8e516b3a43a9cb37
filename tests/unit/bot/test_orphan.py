"""A child of a supervisor that is gone: told to end, and ended when it does not."""

from __future__ import annotations

import os
import subprocess
import sys

from bot.orphan import PARENT_VARIABLE, told_parent

GONE = "1"
"""No test is a child of the first process of the machine, so that its parent seems to be gone."""


def child(parent: str, code: str) -> subprocess.CompletedProcess[bytes]:
    program = f"import signal, sys, time; from bot.orphan import exit_with_parent; {code}"
    environment = os.environ | {PARENT_VARIABLE: parent}
    return subprocess.run([sys.executable, "-c", program], env=environment, timeout=60, check=False)


def test_it_has_the_time_that_its_supervisor_gives_it_to_end() -> None:
    drain = "signal.signal(15, lambda *_: (time.sleep(0.2), sys.exit(7))); exit_with_parent(); time.sleep(600)"
    assert child(f"{GONE}:60", drain).returncode == 7


def test_it_ends_when_that_time_is_over() -> None:
    deaf = "signal.signal(15, signal.SIG_IGN); exit_with_parent(); time.sleep(600)"
    assert child(f"{GONE}:0.1", deaf).returncode == 1


def test_it_lives_while_its_parent_does() -> None:
    assert child(told_parent(0.0), "exit_with_parent(); time.sleep(1)").returncode == 0


def test_without_a_supervisor_nothing_is_watched() -> None:
    alone = "import threading; exit_with_parent(); sys.exit(threading.active_count())"
    assert child("", alone).returncode == 1
