"""The OpenAI backend against a second, independent server: `transformers serve` with the embedded model."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from bot.play import free_port
from engine.backends.openai_text import OpenAIText
from engine.domain.task import TextDelta, TextEnd, TextEvent, TextTask, TextUsage, Turn
from engine.errors import EngineError, Interrupted
from engine.settings import EngineSettings, ModelSpec
from tests.support.embedded import data_dir
from tests.support.waiting import until

pytestmark = pytest.mark.heavy

TASK = TextTask((Turn("user", "Name a colour."),), max_new_tokens=8, temperature=0.0)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The server's address and the model's name."""
    model = str(data_dir() / "models" / "smollm2")
    port = free_port(0)
    log = tmp_path_factory.mktemp("serve") / "log"
    arguments = ["serve", model, "--port", str(port), "--host", "127.0.0.1", "--device", "cpu"]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [str(Path(sys.executable).with_name("transformers")), *arguments],
            env={**os.environ, "HF_HUB_OFFLINE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            until(lambda: process.poll() is not None or _answers(f"http://127.0.0.1:{port}/health"), 200)
            assert process.poll() is None, log.read_text()[-3000:]
            yield f"http://127.0.0.1:{port}/v1", model
        finally:
            process.kill()


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=2).status_code == 200
    except httpx2.HTTPError:
        return False


def backend(served: tuple[str, str], api: str, model: str = "") -> OpenAIText:
    spec = ModelSpec(backend="openai", model=model or served[1], options={"base_url": served[0], "api": api})
    return OpenAIText.from_spec("served", spec, EngineSettings(openai_api_key=SecretStr("unused")))


def _collect(events: Iterator[TextEvent], into: list[TextEvent]) -> None:
    for event in events:
        into.append(event)


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_a_real_model_is_streamed(served: tuple[str, str], api: str) -> None:
    events = list(backend(served, api).generate(TASK, lambda: False))
    said = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert said.strip()
    assert len([event for event in events if isinstance(event, TextDelta)]) > 1, "it came in pieces"
    assert [event.index for event in events if isinstance(event, TextEnd)] == [0]
    assert isinstance(events[-1], TextUsage)


def test_it_can_be_stopped_between_two_words(served: tuple[str, str]) -> None:
    task = TextTask(TASK.turns, max_new_tokens=400)
    seen: list[TextEvent] = []
    with pytest.raises(Interrupted):
        _collect(backend(served, "chat").generate(task, lambda: len(seen) > 2), seen)
    assert not any(isinstance(event, TextEnd) for event in seen)


def test_what_the_server_refuses_is_our_own_error(served: tuple[str, str]) -> None:
    with pytest.raises(EngineError):
        list(backend(served, "chat", model="no-such/model").generate(TASK, lambda: False))
