"""What this machine computes with: threads, device and number format of torch."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from engine.errors import ConfigurationError
from engine.settings import EngineSettings

if TYPE_CHECKING:
    import torch

_OUT_OF_MEMORY = ("can't allocate memory", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED")


def prepare_environment(settings: EngineSettings) -> None:
    """What native libraries read once, when they are loaded: call it before anything that imports them.

    As many threads for each as for torch; threads that sleep while they wait for each other, since beside any other
    busy process those that spin took seven times as long to write a text on two cores; and no progress bars or
    advice to developers in the log. What the environment says already stays.
    """
    threads = str(settings.torch_threads or _cores())
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, threads)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TQDM_DISABLE", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("DIFFUSERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


def set_threads(settings: EngineSettings) -> None:
    """Give torch its CPU threads in this process; every backend calls it before it loads."""
    import torch

    wanted = settings.torch_threads or _cores()
    if torch.get_num_threads() != wanted:
        torch.set_num_threads(wanted)


def pick_device(name: str = "") -> str:
    """`name`, or the GPU where there is one. Raises ConfigurationError for a device that is not here."""
    import torch

    if not name:
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(0, device=name)
    except (RuntimeError, AssertionError) as error:
        raise ConfigurationError(f"device {name!r} cannot be used here: {error}", option="device") from error
    return name


def pick_dtype(device: str, name: str = "") -> torch.dtype:
    """`name`, or the shortest format that `device` computes quickly. Raises ConfigurationError for no such format.

    bfloat16 on GPUs since Ampere and on CPUs with instructions for it, where it is twice as fast as float32 on
    token-by-token work; CPUs without them only emulate it, so there it is float32.
    """
    import torch

    if name:
        dtype = getattr(torch, name, None)
        if not isinstance(dtype, torch.dtype) or not dtype.is_floating_point:
            raise ConfigurationError(f"no number format {name!r}: float16, bfloat16 or float32", option="dtype")
        return dtype
    if device.startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    if device == "cpu":
        able = torch.cpu.get_capabilities()
        return torch.bfloat16 if able.get("avx512_bf16") or able.get("amx_bf16") else torch.float32
    return torch.float32


def out_of_memory(error: BaseException) -> bool:
    """Whether torch or Python ran out of memory; CPUs and CUDA's libraries say so in a plain RuntimeError."""
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in _OUT_OF_MEMORY)


def _cores() -> int:
    """Cores that this process may use: fewer than the machine has, under taskset or a container's cpuset."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
