"""Images per second of 8 concurrent jobs, over one raw call of the same pipeline with the same prompts."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.backends.diffusers_image import DiffusersImage
from engine.backends.diffusers_load import Options, load_pipelines
from engine.bench.measurement import Measurement
from engine.device import set_threads
from engine.domain.task import ImageTask
from engine.models import picture
from engine.settings import EngineSettings, ModelSpec

JOBS = 8
STEPS = 8
ROUNDS = 3
_THINGS = ("red bicycle", "cat", "green apple", "house", "rocket", "cup of coffee", "blue car", "sunflower")


def run() -> list[Measurement]:
    """The embedded model at its own size; the cases in turn, so that all see the same machine."""
    with tempfile.TemporaryDirectory() as name:
        settings = EngineSettings(data_dir=Path(name), max_image_batch=JOBS)
        folder = str(picture.assemble(settings.data_dir / "models" / "picture"))
        raw = _raw(folder, settings)
        backend = DiffusersImage.from_spec("bench", ModelSpec(backend="diffusers", model=folder), settings)
        backend.setup()
        together, called = [], []
        for _ in range(ROUNDS):
            called.append(_timed(raw))
            together.append(_timed(lambda: _together(backend)))
        alone = _timed(lambda: _drawn(backend, tasks()[0]))
        backend.close()
    return _table(statistics.median(together), statistics.median(called), alone)


def tasks() -> list[ImageTask]:
    """One job per thing, at the size that the pipeline draws by itself."""
    return [ImageTask(f"a {_THINGS[i % len(_THINGS)]}", seed=i, steps=STEPS, guidance=3.0) for i in range(JOBS)]


def _raw(folder: str, settings: EngineSettings) -> Callable[[], object]:
    """All prompts in one call of diffusers, without previews, events or PNG files."""
    import torch

    set_threads(settings)
    pipeline: Any = load_pipelines(folder, Options()).draw

    def once() -> object:
        return pipeline(
            [task.prompt for task in tasks()],
            num_inference_steps=STEPS,
            guidance_scale=3.0,
            generator=[torch.Generator("cpu").manual_seed(task.seed) for task in tasks()],
        )

    return once


def _together(backend: DiffusersImage) -> None:
    """All jobs at once, each from a thread of its own, as the worker runs them."""
    threads = [threading.Thread(target=_drawn, args=(backend, task)) for task in tasks()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _drawn(backend: DiffusersImage, task: ImageTask) -> None:
    for _ in backend.generate(task, lambda: False):
        pass


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _table(together_s: float, raw_s: float, alone_s: float) -> list[Measurement]:
    note = f"{JOBS / together_s:.2f} images/s over {JOBS / raw_s:.2f}"
    return [
        Measurement(f"{JOBS} jobs over one pipeline call", raw_s / together_s, "x", "at least 0.9", note),
        Measurement("one image", alone_s, "s", "", f"{STEPS} steps"),
    ]
