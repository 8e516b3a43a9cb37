"""A diffusers pipeline on a real GPU: half precision, previews, memory that runs out, and parts kept off the GPU."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image, ImageChops, ImageStat

from engine.backends.diffusers_image import DiffusersImage
from engine.domain.task import ImageDone, ImageEvent, ImageStep, ImageTask
from engine.errors import OutOfMemory
from engine.settings import EngineSettings, ModelSpec
from tests.support import tiny_pictures

CAT = ImageTask("a cat", seed=5, steps=4)


def make(checkpoint: Path, **options: Any) -> DiffusersImage:
    spec = ModelSpec(backend="diffusers", model=str(checkpoint), options=options)
    return DiffusersImage.from_spec("tiny", spec, EngineSettings(torch_threads=1))


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_pictures.pipeline(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def backend(checkpoint: Path) -> Iterator[DiffusersImage]:
    ready = make(checkpoint, preview_after_s=0.0)
    ready.setup()
    yield ready
    ready.close()


def draw(backend: DiffusersImage, task: ImageTask) -> list[ImageEvent]:
    return list(backend.generate(task, lambda: False))


def images(events: list[ImageEvent]) -> list[Image.Image]:
    return [Image.open(io.BytesIO(event.png)).convert("RGB") for event in events if isinstance(event, ImageDone)]


def test_it_draws_on_the_gpu_in_half_precision_and_shows_what_is_there(backend: DiffusersImage) -> None:
    pipelines, _ = backend._ready()
    assert (pipelines.device, pipelines.draw.unet.dtype) == ("cuda", torch.float16)
    events = draw(backend, replace(CAT, n=2))
    assert len(images(events)) == 2
    assert [len(event.previews) for event in events if isinstance(event, ImageStep)] == [0, 2, 2, 0]


def test_a_seed_gives_the_picture_that_a_cpu_gives(checkpoint: Path) -> None:
    drawn = []
    for device in ("cuda", "cpu"):
        backend = make(checkpoint, device=device, dtype="float32")
        backend.setup()
        drawn += images(draw(backend, CAT))
        backend.close()
    assert max(ImageStat.Stat(ImageChops.difference(*drawn)).mean) < 1, "of 255, but for rounding"


def test_images_that_do_not_fit_together_are_drawn_one_after_the_other(
    backend: DiffusersImage, little_memory: int
) -> None:
    sizes: list[int] = []
    pipelines, _ = backend._ready()

    def grow(module: Any, arguments: Any, given: Any) -> None:
        count = len(arguments[0]) // 2
        sizes.append(count)
        _take(count * little_memory // 3)

    pipelines.draw.unet.register_forward_pre_hook(grow, with_kwargs=True)
    assert len(images(draw(backend, replace(CAT, n=4)))) == 4
    assert sizes[0] == 4
    assert max(sizes[1:]) == 2


def test_one_that_does_not_fit_by_itself_fails_and_the_next_is_drawn(
    backend: DiffusersImage, little_memory: int
) -> None:
    pipelines, _ = backend._ready()
    grown = pipelines.draw.unet.register_forward_pre_hook(lambda *_: _take(little_memory + 1))
    with pytest.raises(OutOfMemory):
        draw(backend, CAT)
    grown.remove()
    assert torch.cuda.memory_allocated() < little_memory / 4, "what it took is free again"
    assert len(images(draw(backend, CAT))) == 1


def test_parts_that_do_not_work_stay_off_the_gpu(checkpoint: Path) -> None:
    backend = make(checkpoint, offload=True)
    backend.setup()
    pipelines, _ = backend._ready()
    assert len(images(draw(backend, CAT))) == 1
    assert {weight.device.type for weight in pipelines.draw.text_encoder.parameters()} == {"cpu"}
    backend.close()


def _take(size_bytes: int) -> None:
    torch.empty(size_bytes, dtype=torch.uint8, device="cuda")
