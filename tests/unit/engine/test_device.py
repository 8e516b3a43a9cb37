"""Device and number format: what was asked for, or what the machine has, or an error that says why not."""

from __future__ import annotations

import pytest
import torch

from engine.device import pick_device, pick_dtype, set_threads
from engine.errors import ConfigurationError
from engine.settings import EngineSettings


def test_what_is_asked_for_is_taken() -> None:
    assert pick_device("cpu") == "cpu"
    assert pick_dtype("cpu", "float16") is torch.float16


def test_the_machine_decides_when_nothing_is_asked() -> None:
    assert pick_device() in ("cpu", "cuda")
    assert pick_dtype("cpu") in (torch.bfloat16, torch.float32)


@pytest.mark.parametrize("name", ["int8", "Tensor", "nonsense"])
def test_no_such_number_format(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        pick_dtype("cpu", name)


@pytest.mark.parametrize("name", ["nonsense", "cuda:99"])
def test_no_such_device(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        pick_device(name)


def test_threads_are_those_of_the_settings() -> None:
    before = torch.get_num_threads()
    try:
        set_threads(EngineSettings(torch_threads=1))
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)
