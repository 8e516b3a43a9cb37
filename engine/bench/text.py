"""Tokens per second of 16 concurrent jobs, over one raw `generate` call of the same size and over one job at a time."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.backends.transformers_text.backend import TransformersText
from engine.backends.transformers_text.load import Options, load
from engine.backends.transformers_text.prompt import Prompter
from engine.bench.measurement import Measurement
from engine.device import set_threads
from engine.domain.task import TextDelta, TextTask, Turn
from engine.models import language
from engine.settings import EngineSettings, ModelSpec

JOBS = 16
NEW_TOKENS = 64
ROUNDS = 3
GREEDY = {"temperature": 0.0, "ignore_eos": True}
"""As `generate` is compared with."""
SAMPLED = {**language.OPTIONS, "ignore_eos": True}
"""As the product writes."""
_PRODUCTS = ("steel water bottle", "wool coat", "city bicycle", "reading lamp", "tea set", "garden chair", "toy train")


@dataclass(frozen=True, slots=True)
class _Run:
    """Seconds for all tokens, and until the median job had its first."""

    total_s: float
    first_s: float = 0.0


def run() -> list[Measurement]:
    """The embedded model, every text of equal length; the cases in turn, so that all see the same machine."""
    with tempfile.TemporaryDirectory() as name:
        settings = EngineSettings(data_dir=Path(name))
        folder = str(language.ensure(settings.data_dir / "models" / "smollm2"))
        raw = _raw(folder, settings)
        backend, sampling = (_backend(folder, settings, options) for options in (GREEDY, SAMPLED))
        together, sampled, generated = [], [], []
        for _ in range(ROUNDS):
            generated.append(raw())
            together.append(_together(backend))
            sampled.append(_together(sampling))
        alone = _one_by_one(backend)
        for one in (backend, sampling):
            one.close()
    return _table(together, sampled, generated, alone)


def tasks() -> list[TextTask]:
    briefs = [f"Write launch post number {i} for a {_PRODUCTS[i % len(_PRODUCTS)]}" for i in range(JOBS)]
    return [TextTask((Turn("user", brief),), NEW_TOKENS) for brief in briefs]


def _backend(folder: str, settings: EngineSettings, options: dict[str, Any]) -> TransformersText:
    spec = ModelSpec(backend="transformers", model=folder, options=options)
    backend = TransformersText.from_spec("bench", spec, settings)
    backend.setup()
    return backend


def _raw(folder: str, settings: EngineSettings) -> Callable[[], _Run]:
    """transformers' generate, all prompts in one batch."""
    import torch

    set_threads(settings)
    loaded = load(folder, Options())
    prompter = Prompter(loaded.tokenizer)
    prompts = [prompter.encode(task.turns) for task in tasks()]
    width = max(len(prompt) for prompt in prompts)
    ids = torch.tensor([[0] * (width - len(prompt)) + prompt for prompt in prompts], device=loaded.device)
    mask = torch.tensor([[0] * (width - len(p)) + [1] * len(p) for p in prompts], device=loaded.device)
    module: Any = loaded.module

    def once() -> _Run:
        started = time.perf_counter()
        with torch.inference_mode():
            module.generate(
                ids, attention_mask=mask, do_sample=False, max_new_tokens=NEW_TOKENS, min_new_tokens=NEW_TOKENS
            )
        return _Run(time.perf_counter() - started)

    return once


def _together(backend: TransformersText) -> _Run:
    """All jobs at once, each from a thread of its own, as the worker runs them."""
    started = time.perf_counter()
    firsts: list[float] = []

    def job(task: TextTask) -> None:
        firsts.append(_first(backend, task) - started)

    threads = [threading.Thread(target=job, args=(task,)) for task in tasks()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _Run(time.perf_counter() - started, statistics.median(firsts))


def _one_by_one(backend: TransformersText) -> _Run:
    started = time.perf_counter()
    firsts = []
    for task in tasks():
        begun = time.perf_counter()
        firsts.append(_first(backend, task) - begun)
    return _Run(time.perf_counter() - started, statistics.median(firsts))


def _first(backend: TransformersText, task: TextTask) -> float:
    """Run a job; when its first text came."""
    first = 0.0
    for event in backend.generate(task, lambda: False):
        if isinstance(event, TextDelta) and not first:
            first = time.perf_counter()
    return first


def _table(together: list[_Run], sampled: list[_Run], generated: list[_Run], alone: _Run) -> list[Measurement]:
    shared, drawn, raw = (statistics.median(run.total_s for run in runs) for runs in (together, sampled, generated))
    first = statistics.median(run.first_s for run in together)
    tokens = JOBS * NEW_TOKENS
    speeds = f"{tokens / shared:.0f} tokens/s over {{:.0f}}"
    return [
        Measurement(
            f"{JOBS} jobs over one generate call", raw / shared, "x", "at least 0.8", speeds.format(tokens / raw)
        ),
        Measurement(
            f"{JOBS} jobs over one by one",
            alone.total_s / shared,
            "x",
            "at least 6",
            speeds.format(tokens / alone.total_s),
        ),
        Measurement(
            f"{JOBS} jobs that sample over as many greedy ones",
            shared / drawn,
            "x",
            "",
            f"{tokens / drawn:.0f} tokens/s",
        ),
        Measurement(f"first text of {JOBS} jobs", first * 1e3, "ms", "", f"median; alone {alone.first_s * 1e3:.0f} ms"),
    ]
