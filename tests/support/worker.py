"""A generation worker in a process of its own, with models that are instant, slow or stuck, as the prompt says.

Run as a program: `python -m tests.support.worker`; the settings come from AIGC_* as for any worker.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PIL import Image

from engine.adapters.redis_progress import connect
from engine.adapters.worker_board import WorkerBoard
from engine.domain.request import Kind
from engine.domain.task import ImageDone, ImageEvent, ImageStep, ImageTask, TextEvent, TextTask
from engine.ports import Canceled
from engine.settings import EngineSettings, ModelSpec
from engine.telemetry.logs import configure
from tests.fakes import FakeEmbedder, FakeImageBackend, FakeSafety, FakeTextBackend
from tests.support.pictures import decoded, encoded, scene
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]
SLOW = "slowly"
"""A prompt with this word takes as long as it is left alone."""
FAILING = "failing"
"""A prompt with this word meets an error that quotes it, as long as there is no file FREED in the data folder."""
STUCK = "stuck"
"""One with this word hangs, and hears nothing, as long as there is no file FREED in the data folder."""
FREED = "freed"
DEADLY = "deadly"
"""One with this word has its worker killed, as the kernel does when the memory is full."""

_STEP_S = 0.05


class SpokenText(FakeTextBackend):
    """Instant, unless the prompt says otherwise."""

    freed = Path()

    @classmethod
    def from_spec(cls, name: str, spec: ModelSpec, settings: EngineSettings) -> SpokenText:
        made = cls(name=name)
        made.freed = settings.data_dir / FREED
        return made

    def generate(self, task: TextTask, canceled: Canceled) -> Iterator[TextEvent]:
        prompt = task.turns[-1].text
        if DEADLY in prompt:
            os.kill(os.getpid(), signal.SIGKILL)
        if STUCK in prompt and not self.freed.exists():
            threading.Event().wait()
        if SLOW in prompt:
            return _slow(canceled, FakeTextBackend(words=("Still writing. ",) * 4000), task)
        if FAILING in prompt and not self.freed.exists():
            raise ValueError(prompt)
        return super().generate(task, canceled)


def _slow(canceled: Canceled, backend: FakeTextBackend, task: TextTask) -> Iterator[TextEvent]:
    for event in backend.generate(task, canceled):
        time.sleep(_STEP_S)
        yield event


class SpokenImage(FakeImageBackend):
    """Instant; its pictures can be opened, as labels need it."""

    @classmethod
    def from_spec(cls, name: str, spec: ModelSpec, settings: EngineSettings) -> SpokenImage:
        return cls(name=name)

    def generate(self, task: ImageTask, canceled: Canceled) -> Iterator[ImageEvent]:
        for event in super().generate(task, canceled):
            match event:
                case ImageStep():
                    yield replace(event, previews=())
                case ImageDone():
                    yield replace(event, png=encoded(scene(event.seed, event.width_px, event.height_px)))
                case _:
                    yield event


class EchoImage(FakeImageBackend):
    """Draws what it starts from, or a grey square."""

    @classmethod
    def from_spec(cls, name: str, spec: ModelSpec, settings: EngineSettings) -> EchoImage:
        return cls(name=name)

    def generate(self, task: ImageTask, canceled: Canceled) -> Iterator[ImageEvent]:
        png = task.init_image or encoded(Image.new("RGB", (64, 64), "grey"))
        yield ImageDone(0, png, task.seed, *decoded(png).size)


def worker_settings(data_dir: Path, redis_url: str, lease_s: float = 30.0, **others: float) -> EngineSettings:
    """Settings of a worker whose models are the fakes above; `others` are times."""
    return EngineSettings(
        data_dir=data_dir,
        redis_url=redis_url,
        lease_s=lease_s,
        **others,  # type: ignore[arg-type]  # pydantic's plugin cannot tell
        worker_concurrency=4,
        text_models={"spoken": ModelSpec(backend=f"{__name__}:SpokenText", model="none")},
        image_models={
            "spoken": ModelSpec(backend=f"{__name__}:SpokenImage", model="none"),
            "echo": ModelSpec(backend=f"{__name__}:EchoImage", model="none"),
        },
    )


def environment(settings: EngineSettings) -> dict[str, str]:
    """The same settings for a child process; nested models in JSON, as pydantic-settings reads them."""
    values = settings.model_dump(mode="json", exclude_unset=True)
    specs = {key: getattr(settings, key) for key in ("text_models", "image_models")}
    texts = {key: str(value) for key, value in values.items() if key not in specs}
    for key, models in specs.items():
        inner = ", ".join(f'"{name}": {spec.model_dump_json()}' for name, spec in models.items())
        texts[key] = f"{{{inner}}}"
    return {**os.environ, **{f"AIGC_{key.upper()}": text for key, text in texts.items()}}


@contextmanager
def worker(settings: EngineSettings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that is ready; killed at the end if it still runs. What it says goes to `log`."""
    board = WorkerBoard(connect(settings.redis_url))
    before = len(board.ready())
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            env=environment(settings),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: len(board.ready()) > before or process.poll() is not None)
        if process.poll() is not None:
            raise RuntimeError(f"the worker did not start:\n{log.read_text()[-3000:]}")
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


if __name__ == "__main__":
    from engine.worker.main import run

    configure("INFO", "text", "generate")
    run(EngineSettings(), tuple(Kind), FakeSafety(), FakeEmbedder())
