"""Watches how much memory processes take, and how busy the machine is, while something else goes on."""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Mapping
from types import TracebackType

import psutil

_EVERY_S = 1.0
_WINDOW_S = 60.0


class Watch:
    """A context manager; each process is watched with its children, resident bytes."""

    def __init__(self, processes: Mapping[str, int]) -> None:
        self._processes = {name: psutil.Process(pid) for name, pid in processes.items()}
        self._samples: list[tuple[float, dict[str, int]]] = []
        self._loads: list[float] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watch", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def minutes(self) -> dict[str, tuple[float, float]]:
        """Mean bytes of each in the first and in the last minute, or half where the time was shorter than two."""
        begun, ended = self._samples[0][0], self._samples[-1][0]
        window = min(_WINDOW_S, (ended - begun) / 2)
        first = [sizes for at, sizes in self._samples if at <= begun + window]
        last = [sizes for at, sizes in self._samples if at >= ended - window]
        return {name: (_mean(first, name), _mean(last, name)) for name in self._processes}

    @property
    def busy(self) -> float:
        """Mean number of processes that ran or wanted to."""
        return statistics.fmean(self._loads)

    def _watch(self) -> None:
        while True:
            sizes = {name: _resident(process) for name, process in self._processes.items()}
            self._samples.append((time.monotonic(), sizes))
            self._loads.append(os.getloadavg()[0])
            if self._ended.wait(_EVERY_S):
                return


def _resident(process: psutil.Process) -> int:
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def _mean(samples: list[dict[str, int]], name: str) -> float:
    return statistics.fmean(sizes[name] for sizes in samples)
