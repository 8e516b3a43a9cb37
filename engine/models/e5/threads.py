"""Keeps torch on one thread for whoever asks: several are slower beside a busy process, and others keep theirs."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path


def one_thread() -> None:
    """Keep this thread's torch operations on it, from now on.

    torch.set_num_threads would do so for threads to come, too; these calls of OpenMP and MKL do it for this one.
    """
    import torch

    torch.zeros(1).sum()  # torch sets up a new thread at its first operation; what follows undoes that
    for limit in _limits():
        limit(1)


@cache
def _limits() -> tuple[Callable[[int], object], ...]:
    """Those functions that this build of torch has."""
    import torch

    folder = Path(torch.__file__).with_name("lib")
    found: list[Callable[[int], object]] = []
    for library, function in (
        ("libgomp.so.1", "omp_set_num_threads"),
        ("libtorch_cpu.so", "MKL_Set_Num_Threads_Local"),
    ):
        with suppress(OSError, AttributeError):
            found.append(getattr(ctypes.CDLL(str(folder / library)), function))
    return tuple(found)
