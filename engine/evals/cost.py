"""What one picture costs in time and memory, each number of steps in a process of its own.

As a program it is that process: python -m engine.evals.cost MODEL STEPS
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.evals.drawing import alone, opened, task

ROUNDS = 5
PROMPT = "a cat"


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one picture at a time, of 256 pixels a side."""

    steps: int
    seconds: float
    """The median of ROUNDS, after one to warm up."""
    peak_mb: float
    """The most memory that was resident, all libraries included, in 10^6 bytes."""


def measured(model: str, steps: int) -> Cost:
    """Start the process and read what it found. Raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", __name__, model, str(steps)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Cost(**json.loads(answer.splitlines()[-1]))


def measure(model: str, steps: int) -> Cost:
    """Draw here."""
    seconds = []
    with opened(model) as backend:
        for number in range(1 + ROUNDS):
            started = time.perf_counter()
            alone(backend, task(PROMPT, number, steps=steps))
            seconds.append(time.perf_counter() - started)
    return Cost(steps, statistics.median(seconds[1:]), peak_mb())


def peak_mb() -> float:
    """Linux's own mark of this program, where there is one: getrusage counts what the parent held when it forked."""
    status = Path("/proc/self/status")
    marks = status.read_text().splitlines() if status.exists() else []
    for line in marks:
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    print(json.dumps(asdict(measure(sys.argv[1], int(sys.argv[2])))))
