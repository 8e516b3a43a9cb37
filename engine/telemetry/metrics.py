"""What a worker counts and measures, for Prometheus; labels are words of our own, never a person, channel or text.

Source: prometheus.github.io/client_python; names as prometheus.io/docs/practices/naming wants them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from prometheus_client import REGISTRY, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from engine.domain.job import Job, State
from engine.domain.result import Result, Usage
from engine.domain.safety import Verdict

SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800)
"""Buckets of what a person waits for."""

_OUTCOMES = Counter("aigc_jobs", "Attempts that ended a job, by outcome.", ["kind", "state"])
_HANDED_BACK = Counter("aigc_jobs_handed_back", "Attempts that another shall follow, by reason.", ["kind", "reason"])
_ERRORS = Counter("aigc_errors", "Jobs that failed, by error code.", ["kind", "code"])
_REFUSALS = Counter(
    "aigc_refusals",
    "Jobs that the safety policy refused, by category; one may have several.",
    ["kind", "stage", "category"],
)
_WAIT = Histogram("aigc_job_wait_seconds", "From a request until a worker took it.", ["kind"], buckets=SECONDS)
_RUN = Histogram("aigc_job_run_seconds", "What the last attempt at a job took.", ["kind"], buckets=SECONDS)
_TOKENS = Counter("aigc_tokens", "Tokens read and written.", ["model", "direction"])
_IMAGES = Counter("aigc_images", "Images drawn, those that were withheld included.", ["model"])
_COST = Counter("aigc_cost_usd", "What outside APIs cost, in US dollars.", ["model"])
_BATCHES = Histogram(
    "aigc_batch_size", "Texts or images in one run of a model: of texts, per token.", ["model"],
    buckets=(1, 2, 4, 8, 16, 32, 64, 128),
)  # fmt: skip


def count_end(job: Job, state: State, result: Result) -> None:
    """A job has its outcome, which this attempt recorded."""
    kind = job.request.kind.value
    _OUTCOMES.labels(kind, state.value).inc()
    _WAIT.labels(kind).observe(result.usage.wait_s)
    _RUN.labels(kind).observe(result.usage.run_s)
    _count_usage(result.usage)
    if result.failure is not None:
        _ERRORS.labels(kind, result.failure.code).inc()
    if result.refusal is not None:
        for stage, category in _reasons(result.refusal):
            _REFUSALS.labels(kind, stage, category).inc()


def count_hand_back(job: Job, reason: str) -> None:
    """`reason`: an error's code, or why a worker let go."""
    _HANDED_BACK.labels(job.request.kind.value, reason).inc()


def measure_batch(model: str, size: int) -> None:
    """A model ran once for so many texts or images."""
    _BATCHES.labels(model).observe(size)


def _count_usage(usage: Usage) -> None:
    if usage.prompt_tokens or usage.completion_tokens:
        _TOKENS.labels(usage.model, "prompt").inc(usage.prompt_tokens)
        _TOKENS.labels(usage.model, "completion").inc(usage.completion_tokens)
    if usage.images:
        _IMAGES.labels(usage.model).inc(usage.images)
    if usage.cost_usd:
        _COST.labels(usage.model).inc(usage.cost_usd)


def _reasons(refusal: Verdict) -> set[tuple[str, str]]:
    """Stage and category of what made the policy refuse."""
    return {(refusal.stage.value, f.category.value) for f in refusal.findings if f.action is refusal.action}


class _GpuMemory(Collector):
    """Looked up when somebody asks; nothing where torch has not begun to use a GPU, which asking must not begin."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        memory = GaugeMetricFamily("aigc_gpu_memory_bytes", "Memory of each GPU, by use.", labels=["device", "use"])
        torch = sys.modules.get("torch")
        if torch is not None and torch.cuda.is_available() and torch.cuda.is_initialized():
            for device in range(torch.cuda.device_count()):
                free, total = torch.cuda.mem_get_info(device)
                uses = {
                    "allocated": torch.cuda.memory_allocated(device),
                    "reserved": torch.cuda.memory_reserved(device),
                }
                for use, value in {**uses, "free": free, "total": total}.items():
                    memory.add_metric([str(device), use], value)
        yield memory


REGISTRY.register(_GpuMemory())
