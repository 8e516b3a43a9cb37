"""What the product says of a real GPU, and that a call which never returns does not keep its process."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from prometheus_client import REGISTRY

import engine.telemetry.metrics  # noqa: F401 - registers what is asked for here
from engine.checks import _gpu
from engine.worker.leaving import HUNG

HANGS = """
import threading, torch
from engine.timing import Timing
from engine.worker.leaving import Leaving

class Engine:
    def drain(self): pass
    def abandon(self): print("abandoned", flush=True)

def never_ends():
    torch.cuda._sleep(2**62)
    torch.cuda.synchronize()

threading.Thread(target=never_ends, daemon=True).start()
leaving = Leaving(Engine(), Timing(drain_s=1.0), terminate=lambda: leaving.begin())
leaving.hung()
threading.Event().wait()
"""


def test_memory_of_the_gpu_is_told() -> None:
    kept = torch.ones(2**20, dtype=torch.uint8, device="cuda")
    told = {use: REGISTRY.get_sample_value("aigc_gpu_memory_bytes", {"device": "0", "use": use}) for use in USES}
    assert told["allocated"] is not None
    assert told["allocated"] >= kept.nbytes
    assert all(told.values())


USES = ("free", "total", "allocated", "reserved")


def test_the_check_names_the_gpu() -> None:
    assert torch.cuda.get_device_name(0) in _gpu().detail


@pytest.mark.timeout(120)
def test_a_worker_leaves_though_a_call_to_the_gpu_never_returns() -> None:
    done = subprocess.run([sys.executable, "-c", HANGS], capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == HUNG, done.stderr
    assert "abandoned" in done.stdout
    assert float(torch.ones(8, device="cuda").sum()) == 8, "others go on computing"
