"""What is remembered of processes that were watched."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from bot.bench import watch
from bot.bench.watch import Watch
from tests.support.waiting import until

GROWS = "import sys; held = [sys.stdin.readline() and bytearray(256_000_000)]; print(len(held), flush=True); input()"


def test_a_process_that_grew_took_more_in_the_last_minute_than_in_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_EVERY_S", 0.01)
    with subprocess.Popen([sys.executable, "-c", GROWS], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        with Watch({"it": process.pid, "we": psutil.Process().pid}) as seen:
            until(lambda: len(seen._samples) > 5)
            process.stdin.write(b"now\n")
            process.stdin.flush()
            process.stdout.readline()
            enough = 3 * len(seen._samples)
            until(lambda: len(seen._samples) > enough)
        process.kill()
    first, last = seen.minutes()["it"]
    assert last - first > 30_000_000
    assert seen.busy >= 0
