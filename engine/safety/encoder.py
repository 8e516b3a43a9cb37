"""Turns a text into numbers for the classifier, on one thread whatever else torch does in the process."""

from __future__ import annotations

import threading
from functools import cached_property
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from engine.models.e5.threads import one_thread

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
            one_thread()
            found = torch.cat([network(torch.tensor([part])) for part in network.parts(text)])
        vectors: npt.NDArray[np.float32] = found.numpy()
        return vectors

    @cached_property
    def _network(self) -> Network:
        from safetensors.torch import load_file

        from engine.safety.network import trained

        with as_file(files("engine.safety").joinpath(LAYERS)) as path:
            return trained(load_file(path))
