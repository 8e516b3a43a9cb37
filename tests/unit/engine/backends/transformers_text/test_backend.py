"""The port TextBackend over local models: any checkpoint writes, streams, counts and stops when asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.adapters.backend_registry import find_backend
from engine.backends.transformers_text.backend import TransformersText
from engine.domain.request import Kind
from engine.domain.task import TextDelta, TextEnd, TextEvent, TextTask, TextUsage, Turn
from engine.errors import Interrupted, ModelCorrupt, ModelNotFound, PromptTooLong
from engine.settings import EngineSettings, ModelSpec
from tests.support import tiny_models
from tests.support.embedded import data_dir
from tests.support.waiting import until

SETTINGS = EngineSettings(torch_threads=1, max_text_batch=2)
BRIEF = (Turn("system", "Be short."), Turn("user", "A bottle"))


def from_folder(folder: Path, **options: str | int | float | bool | None) -> TransformersText:
    spec = ModelSpec(
        backend="transformers", model=str(folder), options={"device": "cpu", "dtype": "float32", **options}
    )
    return TransformersText.from_spec("tiny", spec, SETTINGS)


@pytest.fixture(scope="module", params=["gpt2", "llama"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    make: Callable[[Path], Path] = getattr(tiny_models, request.param)
    return make(tmp_path_factory.mktemp("models") / request.param)


@pytest.fixture(scope="module")
def backend(folder: Path) -> Iterator[TransformersText]:
    backend = from_folder(folder, ignore_eos=True)
    backend.setup()
    yield backend
    backend.close()


def never() -> bool:
    return False


def written(backend: TransformersText, task: TextTask) -> tuple[list[str], list[TextEvent]]:
    """The text of each variant, and all events that are no text."""
    found = [""] * task.n
    others: list[TextEvent] = []
    for event in backend.generate(task, never):
        if isinstance(event, TextDelta):
            found[event.index] += event.text
        else:
            others.append(event)
    return found, others


def test_every_variant_ends_and_usage_comes_last(backend: TransformersText) -> None:
    task = TextTask(BRIEF, max_new_tokens=10, n=3, seed=5, temperature=1.5, top_k=50, no_repeat_ngram_size=2)
    _, (*ends, usage) = written(backend, task)
    assert sorted(end.index for end in ends if isinstance(end, TextEnd) and end.truncated) == [0, 1, 2]
    assert isinstance(usage, TextUsage)
    assert usage.completion_tokens == 30
    assert usage.prompt_tokens > 0
    settings = dict(usage.settings)
    assert (settings["temperature"], settings["top_k"], settings["no_repeat_ngram_size"]) == (1.5, 50, 2)
    assert (settings["device"], settings["dtype"]) == ("cpu", "float32")


def test_a_seed_gives_the_same_text_again(backend: TransformersText) -> None:
    task = TextTask(BRIEF, max_new_tokens=20, n=2, seed=5, temperature=1.0)
    first, again = written(backend, task)[0], written(backend, task)[0]
    assert first == again
    assert len(set(first)) == 2


def test_canceling_stops_between_two_tokens(backend: TransformersText) -> None:
    canceled = threading.Event()
    events = backend.generate(TextTask(BRIEF, max_new_tokens=100), canceled.is_set)
    next(events)
    canceled.set()
    with pytest.raises(Interrupted):
        list(events)


def test_a_job_that_waits_for_its_turn_can_be_canceled(folder: Path) -> None:
    backend = from_folder(folder, ignore_eos=True, context=tiny_models.CONTEXT)
    backend.setup()
    running = backend.generate(TextTask(BRIEF, max_new_tokens=100, n=2), never)
    next(running)
    with pytest.raises(Interrupted):
        list(backend.generate(TextTask(BRIEF, max_new_tokens=5), lambda: True))
    del running  # its reader is gone, and with it its place
    assert written(backend, TextTask(BRIEF, max_new_tokens=5))[1]
    backend.close()


def test_text_ends_before_the_stop_string(folder: Path, backend: TransformersText) -> None:
    task = TextTask(BRIEF, max_new_tokens=40, temperature=0.0)
    (whole,), _ = written(backend, task)
    stop = whole[len(whole) // 2 :][:3]
    stopping = from_folder(folder, ignore_eos=True, stop=stop)
    stopping.setup()
    (text,), (end, _) = written(stopping, task)
    assert text == whole.split(stop)[0]
    assert end == TextEnd(0, truncated=False)
    stopping.close()


def test_a_long_conversation_is_cut_to_the_context(backend: TransformersText) -> None:
    turns = (*BRIEF, Turn("assistant", "word " * 400), Turn("user", "Shorter"))
    _, (*_, usage) = written(backend, TextTask(turns, max_new_tokens=20))
    assert isinstance(usage, TextUsage)
    assert usage.prompt_tokens <= tiny_models.CONTEXT - 20


def test_a_prompt_that_cannot_be_cut_is_too_long(folder: Path) -> None:
    backend = from_folder(folder, context=24)
    backend.setup()
    with pytest.raises(PromptTooLong):
        list(backend.generate(TextTask(BRIEF, max_new_tokens=20), never))
    backend.close()


def test_jobs_from_many_threads_are_all_served(backend: TransformersText) -> None:
    done: list[str] = []

    def job(number: int) -> None:
        done.extend(written(backend, TextTask((Turn("user", f"Job {number}"),), max_new_tokens=8))[0])

    for number in range(6):
        threading.Thread(target=job, args=(number,)).start()
    until(lambda: len(done) == 6)


def test_what_is_not_there_or_damaged_is_said_at_setup(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        from_folder(tmp_path / "none").setup()
    folder = tiny_models.gpt2(tmp_path / "gpt2")
    (folder / "model.safetensors").write_bytes(b"nonsense")
    with pytest.raises(ModelCorrupt):
        from_folder(folder).setup()


def test_it_is_found_by_its_name() -> None:
    assert find_backend(Kind.COPY, "transformers") == TransformersText.from_spec


@pytest.fixture(scope="module")
def embedded() -> Iterator[TransformersText]:
    settings = EngineSettings(data_dir=data_dir(), torch_threads=1)
    backend = TransformersText.from_spec("smollm2", ModelSpec(backend="transformers", model="embedded"), settings)
    backend.setup()
    yield backend
    backend.close()


@pytest.mark.heavy
@pytest.mark.parametrize("brief", ["What is the capital of France?", "法国的首都是哪里？ 😀"])
def test_the_embedded_model_answers(embedded: TransformersText, brief: str) -> None:
    task = TextTask((Turn("user", brief),), max_new_tokens=24, temperature=0.0)
    (text,), (_, usage) = written(embedded, task)
    assert "\ufffd" not in text
    assert isinstance(usage, TextUsage)
    assert 1 < usage.completion_tokens <= 24
    if "France" in brief:
        assert "Paris" in text
