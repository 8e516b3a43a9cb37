"""A language model on a real GPU: it writes there what it writes on a CPU, and a want of memory ends one request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from engine.backends.transformers_text.backend import TransformersText
from engine.backends.transformers_text.load import Options, load
from engine.domain.task import TextDelta, TextEvent, TextTask, TextUsage, Turn
from engine.errors import Interrupted, OutOfMemory
from engine.settings import EngineSettings, ModelSpec
from tests.support import tiny_models

BRIEF = (Turn("system", "Be short."), Turn("user", "A bottle"))
TASK = TextTask(BRIEF, max_new_tokens=24, n=2, seed=5, temperature=0.0)


def from_folder(folder: Path, **options: str | bool) -> TransformersText:
    spec = ModelSpec(backend="transformers", model=str(folder), options={"ignore_eos": True, **options})
    return TransformersText.from_spec("tiny", spec, EngineSettings(torch_threads=1, max_text_batch=8))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.llama(tmp_path_factory.mktemp("models") / "llama")


@pytest.fixture
def backend(folder: Path) -> Iterator[TransformersText]:
    backend = from_folder(folder)
    backend.setup()
    yield backend
    backend.close()


def texts(backend: TransformersText, task: TextTask) -> list[str]:
    found = [""] * task.n
    for event in backend.generate(task, lambda: False):
        if isinstance(event, TextDelta):
            found[event.index] += event.text
    return found


def test_a_model_goes_to_the_gpu_by_itself_in_a_short_format(folder: Path) -> None:
    weight = next(load(str(folder), Options()).module.parameters())
    assert (weight.device.type, weight.dtype) == ("cuda", torch.bfloat16)


def test_in_the_same_format_it_writes_what_it_writes_on_a_cpu(folder: Path) -> None:
    written = []
    for device in ("cuda", "cpu"):
        backend = from_folder(folder, device=device, dtype="float32")
        backend.setup()
        written.append(texts(backend, TASK))
        backend.close()
    assert written[0] == written[1]
    assert all(written[0])


def test_a_canceled_request_stops(backend: TransformersText) -> None:
    seen: list[TextEvent] = []
    with pytest.raises(Interrupted):
        _read(backend.generate(TASK, lambda: len(seen) >= 3), seen)
    assert not any(isinstance(event, TextUsage) for event in seen)


def test_what_does_not_fit_fails_by_itself_and_the_next_is_written(
    backend: TransformersText, little_memory: int
) -> None:
    before = texts(backend, TASK)
    loaded, _, _ = backend._ready()
    grown = loaded.module.register_forward_pre_hook(lambda *_: _take(little_memory + 1))
    with pytest.raises(OutOfMemory):
        texts(backend, TASK)
    grown.remove()
    assert texts(backend, TASK) == before


def _read(events: Iterator[TextEvent], seen: list[TextEvent]) -> None:
    for event in events:
        seen.append(event)


def _take(size_bytes: int) -> None:
    torch.empty(size_bytes, dtype=torch.uint8, device="cuda")
