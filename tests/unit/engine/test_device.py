"""Device and number format: what was asked for, or what the machine has, or an error that says why not."""

from __future__ import annotations

import pytest
import torch

from engine.device import out_of_memory, pick_device, pick_dtype, set_threads
from engine.errors import ConfigurationError
from engine.settings import EngineSettings


def test_what_is_asked_for_is_taken() -> None:
    assert pick_device("cpu") == "cpu"
    assert pick_dtype("cpu", "float16") is torch.float16


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_the_gpu_is_taken_where_there_is_one(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: device == "cuda")
    assert pick_device() == device


@pytest.mark.parametrize(
    ("able", "dtype"),
    [({"avx512_bf16": True}, torch.bfloat16), ({"amx_bf16": True}, torch.bfloat16), ({"avx2": True}, torch.float32)],
)
def test_a_cpu_computes_in_bfloat16_where_it_has_instructions_for_it(
    able: dict[str, bool], dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: able)
    assert pick_dtype("cpu") is dtype


@pytest.mark.parametrize(("able", "dtype"), [(True, torch.bfloat16), (False, torch.float16)])
def test_a_gpu_computes_in_bfloat16_where_it_need_not_emulate_it(
    able: bool, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_bf16_supported", lambda including_emulation: able)
    assert pick_dtype("cuda") is dtype


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
        RuntimeError("CUDA error: out of memory"),
    ],
    ids=repr,
)
def test_memory_runs_out_in_many_words(error: Exception) -> None:
    assert out_of_memory(error)


@pytest.mark.parametrize("error", [RuntimeError("mat1 and mat2 shapes"), ValueError("out of memory")], ids=repr)
def test_other_trouble_is_not_for_want_of_memory(error: Exception) -> None:
    assert not out_of_memory(error)


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
