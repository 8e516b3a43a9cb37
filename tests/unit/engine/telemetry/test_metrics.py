"""What is counted when a job ends, and that no label tells of a person."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import REGISTRY

from engine.domain.job import Job, State
from engine.domain.result import Failure, Result, Usage
from engine.domain.safety import Action, Category, Finding, Stage, Verdict
from engine.telemetry.metrics import count_end, count_hand_back, measure_batch
from tests.support.jobs import ORIGIN, new_job
from tests.support.metrics import Grown


@pytest.fixture
def grown() -> Grown:
    return Grown()


def job() -> Job:
    return Job("a", ORIGIN, new_job("a").request, 100.0, State.RUNNING, "a", 1)


def test_a_text_counts_its_tokens_and_times(grown: Grown) -> None:
    usage = Usage("gpt", "openai", prompt_tokens=20, completion_tokens=30, wait_s=2, run_s=7, cost_usd=0.25)
    count_end(job(), State.SUCCEEDED, Result(usage=usage))
    assert grown("aigc_jobs_total", kind="copy", state="succeeded") == 1
    assert grown("aigc_job_wait_seconds_sum", kind="copy") == 2
    assert grown("aigc_job_run_seconds_sum", kind="copy") == 7
    assert grown("aigc_tokens_total", model="gpt", direction="prompt") == 20
    assert grown("aigc_tokens_total", model="gpt", direction="completion") == 30
    assert grown("aigc_cost_usd_total", model="gpt") == 0.25


def test_images_are_counted(grown: Grown) -> None:
    count_end(job(), State.SUCCEEDED, Result(usage=Usage("sdxl", "diffusers", images=4)))
    assert grown("aigc_images_total", model="sdxl") == 4


def test_a_failure_is_counted_by_its_code(grown: Grown) -> None:
    count_end(job(), State.FAILED, Result(failure=Failure("out_of_memory")))
    assert grown("aigc_errors_total", kind="copy", code="out_of_memory") == 1
    assert grown("aigc_jobs_total", kind="copy", state="failed") == 1


def test_a_refusal_is_counted_once_for_each_category_that_led_to_it(grown: Grown) -> None:
    findings = (
        Finding(Category.HATE, 0.9, Action.REFUSE, "classifier"),
        Finding(Category.HATE, 1.0, Action.REFUSE, "rules"),
        Finding(Category.VIOLENCE, 0.9, Action.REFUSE, "classifier"),
        Finding(Category.PERSONAL_DATA, 1.0, Action.REDACT, "rules"),
    )
    count_end(job(), State.REFUSED, Result(refusal=Verdict(Action.REFUSE, Stage.PROMPT, "default", findings)))
    assert grown("aigc_refusals_total", kind="copy", stage="prompt", category="hate") == 1
    assert grown("aigc_refusals_total", kind="copy", stage="prompt", category="violence") == 1
    assert grown("aigc_refusals_total", kind="copy", stage="prompt", category="personal-data") == 0


def test_a_job_that_is_handed_back_is_counted_by_reason(grown: Grown) -> None:
    count_hand_back(job(), "draining")
    assert grown("aigc_jobs_handed_back_total", kind="copy", reason="draining") == 1


def test_a_batch_is_measured(grown: Grown) -> None:
    measure_batch("tiny", 3)
    assert grown("aigc_batch_size_sum", model="tiny") == 3
    assert grown("aigc_batch_size_bucket", model="tiny", le="2.0") == 0
    assert grown("aigc_batch_size_bucket", model="tiny", le="4.0") == 1


@pytest.mark.parametrize(("initialized", "count"), [(True, 4), (False, 0)])
def test_gpu_memory_is_told_of_gpus_in_use(monkeypatch: pytest.MonkeyPatch, initialized: bool, count: int) -> None:
    """Asking must not be what begins to use one."""
    cuda = SimpleNamespace(
        is_available=lambda: True, is_initialized=lambda: initialized, device_count=lambda: 1,
        mem_get_info=lambda device: (30, 80), memory_allocated=lambda device: 40, memory_reserved=lambda device: 50,
    )  # fmt: skip
    monkeypatch.setitem(__import__("sys").modules, "torch", SimpleNamespace(cuda=cuda))
    samples: list[Any] = [s for f in REGISTRY.collect() if f.name == "aigc_gpu_memory_bytes" for s in f.samples]
    assert len(samples) == count
    if initialized:
        assert REGISTRY.get_sample_value("aigc_gpu_memory_bytes", {"device": "0", "use": "allocated"}) == 40
