"""Named fault points: a test arms one by its name, and the first process that comes to it dies there, or stands still.

The product knows nothing of them: `tests.faults.process` places them around its parts and then starts it.
"""

from __future__ import annotations

import functools
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = "FAULT_POINTS"
"""The environment variable that names the folder which a test and the processes under it share."""


@dataclass(frozen=True, slots=True)
class Fired:
    """What happened where, to which process, and when (seconds since the epoch)."""

    point: str
    pid: int
    at: float


class Points:
    """One file per armed point. Renaming it is what makes exactly one process fire it."""

    def __init__(self, folder: Path) -> None:
        self._armed = folder / "armed"
        self._fired = folder / "fired"
        self._armed.mkdir(parents=True, exist_ok=True)
        self._fired.mkdir(exist_ok=True)

    @classmethod
    def of_this_process(cls) -> Points:
        return cls(Path(os.environ[FOLDER]))

    def arm(self, point: str, number: signal.Signals = signal.SIGKILL) -> bool:
        """Whoever comes to `point` next sends itself this signal; False if the point is armed already."""
        try:
            with (self._armed / point).open("x") as file:
                file.write(str(int(number)))
        except FileExistsError:
            return False
        return True

    def armed(self) -> tuple[str, ...]:
        """The names of those that nobody has come to."""
        return tuple(sorted(file.name for file in self._armed.iterdir()))

    def disarm(self) -> None:
        for file in self._armed.iterdir():
            file.unlink(missing_ok=True)

    def fired(self) -> list[Fired]:
        """All so far, in order."""
        parts = (file.name.rsplit("@", 2) for file in self._fired.iterdir())
        return sorted((Fired(point, int(pid), int(at) / 1e9) for point, pid, at in parts), key=lambda fired: fired.at)

    def reach(self, point: str) -> None:
        """This process has come to `point`."""
        armed = self._armed / point
        try:
            number = int(armed.read_text() or 0)
            armed.rename(self._fired / f"{point}@{os.getpid()}@{time.time_ns()}")
        except FileNotFoundError:
            return
        os.kill(os.getpid(), number)


def place(kind: type, prefix: str, methods: Sequence[str]) -> None:
    """Give a class of the product a point `PREFIX.METHOD.before` and one `.after` around each of these methods.

    Raises AttributeError, and places none, if it has no such method.
    """
    points = Points.of_this_process()

    def around(method: str, original: Callable[..., Any]) -> Any:
        @functools.wraps(original)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            points.reach(f"{prefix}.{method}.before")
            returned = original(*args, **kwargs)
            points.reach(f"{prefix}.{method}.after")
            return returned

        return wrapped

    for method, original in [(method, getattr(kind, method)) for method in methods]:
        setattr(kind, method, around(method, original))
