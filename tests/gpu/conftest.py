"""Tests that need a GPU: where there is none they are passed over, and say so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def gpu() -> None:
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("there is no GPU here")


@pytest.fixture
def little_memory() -> Iterator[int]:
    """This process may use 400 MB of the GPU, in bytes, as long as the test runs."""
    import torch

    room = 400_000_000
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(room / torch.cuda.get_device_properties(0).total_memory)
    yield room
    torch.cuda.set_per_process_memory_fraction(1.0)
    torch.cuda.empty_cache()
