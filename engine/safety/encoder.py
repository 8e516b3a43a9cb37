"""Turns a text into numbers for the classifier, on one thread whatever else torch does in the process."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache, cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from engine.safety.network import Network

LAYERS = "weights/layers.safetensors"


class Encoder:
    """Loads 250 MB at the first call. Raises OSError then where the sentence model is missing or damaged."""

    def __init__(self) -> None:
        self._loading = threading.Lock()

    def embed(self, text: str) -> npt.NDArray[np.float32]:
        """(spans, 2 * WIDTH): two vectors of length 1 for each span, see network.py."""
        import torch

        with self._loading:
            network = self._network
        with torch.inference_mode():
            torch.zeros(1).sum()  # torch sets up a new thread at its first operation; what follows undoes that
            _one_thread()
            found = torch.cat([network(torch.tensor([part])) for part in network.parts(text)])
        vectors: npt.NDArray[np.float32] = found.numpy()
        return vectors

    @cached_property
    def _network(self) -> Network:
        from safetensors.torch import load_file

        from engine.safety.network import untrained

        network = untrained()
        with as_file(files("engine.safety").joinpath(LAYERS)) as path:
            network.tuned.load_state_dict({name: weight.float() for name, weight in load_file(path).items()})
        return network.for_reading()


def _one_thread() -> None:
    """Keep this thread's torch operations on it: several are slower beside a busy process, and others keep theirs.

    torch.set_num_threads would do so for threads to come, too; these calls of OpenMP and MKL do it for this one.
    """
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
