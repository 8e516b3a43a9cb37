"""The diffusers backend draws what it is asked, together where it can, and says what went wrong."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from PIL import Image

from engine.backends.diffusers_image import DiffusersImage
from engine.backends.diffusers_load import Options
from engine.backends.diffusers_run import fitted_image, shape_of
from engine.domain.task import ImageDone, ImageEvent, ImageStep, ImageTask, ImageUsage
from engine.errors import (
    Interrupted,
    ModelCorrupt,
    OutOfMemory,
    UnsupportedParameter,
)
from engine.settings import EngineSettings, ModelSpec
from tests.support import tiny_pictures
from tests.support.tiny_pictures import SIDE
from tests.support.waiting import until

pytestmark = pytest.mark.heavy
CAT = ImageTask("a cat", seed=5, steps=2)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_pictures.pipeline(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def shared(checkpoint: Path) -> Iterator[DiffusersImage]:
    ready = make(checkpoint, preview_after_s=0.0)
    ready.setup()
    yield ready
    ready.close()


@pytest.fixture
def backend(shared: DiffusersImage, monkeypatch: pytest.MonkeyPatch) -> DiffusersImage:
    """The shared one, with a spy in front of its pipelines for this test."""
    loaded = shared._pipelines
    assert loaded is not None
    spied = replace(loaded, draw=Spy(loaded.draw), edit=Spy(loaded.edit))
    monkeypatch.setattr(shared, "_pipelines", spied)
    return shared


@dataclass
class Spy:
    """A pipeline that notes the size of every batch, waits at a gate, and runs out of memory above `room` images."""

    pipeline: Any
    batches: list[int] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    began: threading.Event = field(default_factory=threading.Event)
    room: int = 99
    error: Exception | None = None

    def __post_init__(self) -> None:
        self.gate.set()

    def __call__(self, **arguments: Any) -> Any:
        self.batches.append(len(arguments["prompt"]))
        self.began.set()
        assert self.gate.wait(60)
        if self.error:
            raise self.error
        if len(arguments["prompt"]) > self.room:
            raise torch.OutOfMemoryError("out of memory")
        return self.pipeline(**arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.pipeline, name)


class Choosy(Spy):
    """A pipeline of a family that takes only `known` arguments; it notes them and draws nothing."""

    def __init__(self, pipeline: Any, *known: str) -> None:
        super().__init__(pipeline)
        self.known = frozenset(known)
        self.given: dict[str, Any] = {}

    def __call__(self, **arguments: Any) -> Any:
        assert arguments.keys() <= self.known
        self.given = arguments
        return SimpleNamespace(images=[Image.new("RGB", (SIDE, SIDE)) for _ in arguments["prompt"]])


def spy(backend: DiffusersImage) -> Spy:
    found = backend._ready()[0].draw
    assert isinstance(found, Spy)
    return found


def make(model: Path | str, **options: Any) -> DiffusersImage:
    spec = ModelSpec(backend="diffusers", model=str(model), options=options)
    return DiffusersImage.from_spec("tiny", spec, EngineSettings(torch_threads=1))


def draw(backend: DiffusersImage, task: ImageTask, canceled: Callable[[], bool] = lambda: False) -> list[ImageEvent]:
    return list(backend.generate(task, canceled))


def draw_and_cancel(backend: DiffusersImage, task: ImageTask, after: int) -> None:
    """Cancel once `after` events have come."""
    seen: list[ImageEvent] = []
    for event in backend.generate(task, lambda: len(seen) >= after):
        seen.append(event)


def done(events: Sequence[ImageEvent]) -> list[ImageDone]:
    return [event for event in events if isinstance(event, ImageDone)]


def png(colour: str = "red", size: tuple[int, int] = (40, 20)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, "PNG")
    return target.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def differences(one: Image.Image, other: Image.Image) -> list[int]:
    """Of every channel of every pixel."""
    return [abs(a - b) for a, b in zip(one.tobytes(), other.tobytes(), strict=True)]


class TestDrawing:
    def test_every_image_comes_with_its_index_seed_and_size_and_usage_comes_last(self, backend: DiffusersImage) -> None:
        events = draw(backend, replace(CAT, n=3, width_px=48, height_px=32))
        assert [(image.index, image.seed) for image in done(events)] == [(0, 5), (1, 6), (2, 7)]
        assert {opened(image.png).size for image in done(events)} == {(48, 32)}
        last = events[-1]
        assert isinstance(last, ImageUsage)
        assert dict(last.settings)["steps"] == 2
        assert dict(last.settings)["drawn at"] == "48x32"

    def test_every_step_is_told_and_some_show_what_is_there(self, backend: DiffusersImage) -> None:
        steps = [event for event in draw(backend, replace(CAT, n=2, steps=4)) if isinstance(event, ImageStep)]
        assert [(event.step, event.steps) for event in steps] == [(1, 4), (2, 4), (3, 4), (4, 4)]
        assert [len(event.previews) for event in steps] == [0, 2, 2, 0]
        assert opened(steps[1].previews[0]).size == (SIDE, SIDE)

    def test_a_quick_run_spends_no_time_on_previews(
        self, backend: DiffusersImage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(backend, "options", Options(preview_after_s=3600.0))
        steps = [event for event in draw(backend, replace(CAT, steps=4)) if isinstance(event, ImageStep)]
        assert [event.previews for event in steps] == [(), (), (), ()]

    def test_a_preview_that_fails_is_left_out(self, backend: DiffusersImage, monkeypatch: pytest.MonkeyPatch) -> None:
        vae = spy(backend).pipeline.vae
        decode, calls = vae.decode, []

        def decode_from_the_third_on(*arguments: Any, **options: Any) -> Any:
            calls.append(1)
            if len(calls) < 3:
                raise RuntimeError("no room")
            return decode(*arguments, **options)

        monkeypatch.setattr(vae, "decode", decode_from_the_third_on)
        events = draw(backend, replace(CAT, steps=4))
        assert [event.previews for event in events if isinstance(event, ImageStep)] == [(), (), (), ()]
        assert len(done(events)) == 1

    def test_no_black_previews_where_the_autoencoder_needs_longer_numbers(
        self, backend: DiffusersImage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        pipeline = spy(backend).pipeline
        vae = pipeline.vae
        monkeypatch.setattr(pipeline, "upcast_vae", vae.float, raising=False)
        monkeypatch.setattr(vae, "_internal_dict", SimpleNamespace(**{**vae.config, "force_upcast": True}))
        monkeypatch.setattr(type(vae), "dtype", torch.float16)
        steps = [event for event in draw(backend, replace(CAT, steps=4)) if isinstance(event, ImageStep)]
        assert [event.previews for event in steps] == [(), (), (), ()]
        assert caplog.records == [], "nor did any fail"

    def test_a_seed_gives_the_same_image_alone_and_beside_others(self, backend: DiffusersImage) -> None:
        (alone,) = done(draw(backend, replace(CAT, seed=6)))
        _, beside = done(draw(backend, replace(CAT, n=2)))
        assert max(differences(opened(alone.png), opened(beside.png))) <= 1, "but for rounding"

    def test_the_negative_prompt_and_guidance_reach_the_model(self, backend: DiffusersImage) -> None:
        plain, negative, free = (
            done(draw(backend, task))[0].png
            for task in (CAT, replace(CAT, negative="blurry dog"), replace(CAT, guidance=1.0))
        )
        assert len({plain, negative, free}) == 3

    @pytest.mark.parametrize(
        ("asked", "drawn", "given"),
        [
            ((None, None), (64, 64), (64, 64)),
            ((32, 48), (32, 48), (32, 48)),
            ((256, 128), (64, 32), (256, 128)),
            ((50, 50), (48, 48), (50, 50)),
            ((640, 8), (64, 8), (640, 8)),
        ],
    )
    def test_sizes_are_what_the_model_can_draw_and_are_enlarged(
        self,
        shared: DiffusersImage,
        asked: tuple[int | None, int | None],
        drawn: tuple[int, int],
        given: tuple[int, int],
    ) -> None:
        task = replace(CAT, width_px=asked[0], height_px=asked[1])
        shape = shape_of(task, shared._ready()[0], Options(size_px=64, max_draw_px=64))
        assert ((shape.width_px, shape.height_px), (shape.out_width_px, shape.out_height_px)) == (drawn, given)


@pytest.mark.parametrize(
    ("start", "asked", "drawn", "given"),
    [
        ((300, 200), None, (64, 48), (80, 56)),
        ((200, 300), None, (48, 64), (56, 80)),
        ((50, 50), None, (64, 64), (64, 64)),
        ((10_000, 10), None, (64, 24), (112, 40)),
        ((300, 200), 64, (64, 64), (64, 64)),
    ],
)
def test_a_picture_has_the_shape_of_what_it_starts_from_unless_a_size_was_asked_for(
    shared: DiffusersImage,
    start: tuple[int, int],
    asked: int | None,
    drawn: tuple[int, int],
    given: tuple[int, int],
) -> None:
    task = replace(CAT, width_px=asked, height_px=asked)
    options = Options(size_px=64, max_draw_px=64)
    shape = shape_of(task, shared._ready()[0], options, Image.new("L", start))
    assert ((shape.width_px, shape.height_px), (shape.out_width_px, shape.out_height_px)) == (drawn, given)


def test_a_starting_image_of_another_shape_is_cut_not_squeezed(shared: DiffusersImage) -> None:
    start = Image.new("RGB", (120, 40), "white")
    start.paste("red", (0, 0, 40, 40))
    start.paste("blue", (80, 0, 120, 40))
    square = shape_of(replace(CAT, width_px=32, height_px=32), shared._ready()[0], Options(), start)
    fitted = fitted_image(start, square)
    assert (fitted.size, fitted.getpixel((2, 16))) == ((32, 32), (255, 255, 255))


def test_the_newest_instruction_counts_however_long_the_prompt(backend: DiffusersImage) -> None:
    long = "a red dog on blue background " * 4
    red, blue = (done(draw(backend, replace(CAT, prompt=f"{long}, {end}")))[0].png for end in ("red cat", "blue cat"))
    assert red != blue


def test_no_prompt_is_written_into_the_log(shared: DiffusersImage, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = io.StringIO()
    monkeypatch.setattr(logging.getLogger("diffusers"), "handlers", [logging.StreamHandler(lines)])
    shared._ready()[0].draw(prompt="a red dog on blue background " * 4, num_inference_steps=1)
    assert lines.getvalue() == ""


def test_a_family_is_told_only_what_it_takes(backend: DiffusersImage, monkeypatch: pytest.MonkeyPatch) -> None:
    old = Choosy(backend._ready()[0].draw, "prompt", "num_inference_steps")
    monkeypatch.setattr(backend, "_pipelines", replace(backend._ready()[0], draw=old, draw_arguments=old.known))
    assert len(done(draw(backend, CAT))) == 1
    assert old.given == {"prompt": ["a cat"], "num_inference_steps": 2}


class TestImageToImage:
    def test_little_strength_stays_near_the_start(self, backend: DiffusersImage) -> None:
        def drawn(start: str, strength: float) -> Image.Image:
            task = replace(CAT, steps=20, init_image=png(start), strength=strength)
            return opened(done(draw(backend, task))[0].png)

        little, much = (mean(differences(drawn("red", strength), drawn("blue", strength))) for strength in (0.05, 1.0))
        assert little > 2 * much, "full strength ignores what it starts from"

    def test_a_family_that_takes_a_size_is_told_it(
        self, backend: DiffusersImage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        edit = Choosy(backend._ready()[0].edit, "prompt", "image", "width", "height")
        monkeypatch.setattr(backend, "_pipelines", replace(backend._ready()[0], edit=edit, edit_arguments=edit.known))
        draw(backend, replace(CAT, init_image=png(), width_px=48, height_px=32))
        assert (edit.given["width"], edit.given["height"]) == (48, 32)

    @pytest.mark.parametrize("strength", [0.0, 0.1, 1.0])
    def test_any_strength_works_with_few_steps(self, backend: DiffusersImage, strength: float) -> None:
        assert len(done(draw(backend, replace(CAT, init_image=png(), strength=strength)))) == 1

    @pytest.mark.parametrize("start", [b"", b"no image", png()[:60]], ids=["empty", "text", "cut short"])
    def test_an_unreadable_start_is_that_requests_error(self, backend: DiffusersImage, start: bytes) -> None:
        with pytest.raises(UnsupportedParameter):
            draw(backend, replace(CAT, init_image=start))


class TestTogether:
    def test_jobs_of_equal_shape_that_wait_share_a_run(self, backend: DiffusersImage) -> None:
        watch = spy(backend)
        watch.gate.clear()
        tasks = [replace(CAT, seed=seed) for seed in range(4)]
        with ThreadPoolExecutor() as pool:
            first = pool.submit(draw, backend, CAT)
            assert watch.began.wait(60)
            rest = [pool.submit(draw, backend, task) for task in tasks]
            wide = pool.submit(draw, backend, replace(CAT, width_px=64))
            _wait_for(backend, 5)
            watch.gate.set()
            assert all(len(done(job.result())) == 1 for job in (first, *rest, wide))
        assert watch.batches == [1, 4, 1]

    def test_one_thread_alone_uses_the_tokenizer_which_keeps_the_padding_of_its_latest_call(
        self, shared: DiffusersImage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loaded = shared._pipelines
        assert loaded is not None
        threads: set[int] = set()
        tokenizer: Any = type(loaded.draw.tokenizer)
        original = tokenizer.__call__

        def noted(self: Any, *arguments: Any, **options: Any) -> Any:
            threads.add(threading.get_ident())
            return original(self, *arguments, **options)

        monkeypatch.setattr(tokenizer, "__call__", noted)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda seed: draw(shared, replace(CAT, seed=seed)), range(4)))
        assert len(threads) == 1

    def test_a_job_canceled_between_steps_leaves_the_others_drawing(self, backend: DiffusersImage) -> None:
        watch = spy(backend)
        watch.gate.clear()
        with ThreadPoolExecutor() as pool:
            first = pool.submit(draw, backend, CAT)
            assert watch.began.wait(60)
            other = pool.submit(draw, backend, replace(CAT, steps=6))
            _wait_for(backend, 1)
            gone = pool.submit(draw_and_cancel, backend, replace(CAT, steps=6), after=2)
            _wait_for(backend, 2)
            watch.gate.set()
            with pytest.raises(Interrupted):
                gone.result()
            assert len(done(other.result())) == len(done(first.result())) == 1

    def test_a_run_nobody_waits_for_stops(self, backend: DiffusersImage) -> None:
        passes: list[object] = []
        counting = spy(backend).pipeline.unet.register_forward_hook(lambda *arguments: passes.append(1))
        with pytest.raises(Interrupted):
            draw_and_cancel(backend, replace(CAT, steps=900), after=2)
        assert len(done(draw(backend, CAT))) == 1, "and the next one is drawn"
        counting.remove()
        assert len(passes) < 900

    def test_a_job_behind_another_hears_that_it_is_canceled(self, backend: DiffusersImage) -> None:
        watch, canceled = spy(backend), threading.Event()
        watch.gate.clear()
        with ThreadPoolExecutor() as pool:
            ahead = pool.submit(draw, backend, CAT)
            assert watch.began.wait(60)
            behind = pool.submit(draw, backend, replace(CAT, width_px=64), canceled.is_set)
            _wait_for(backend, 1)
            canceled.set()
            with pytest.raises(Interrupted):
                behind.result(60)
            watch.gate.set()
            assert len(done(ahead.result())) == 1
        assert watch.batches == [1]

    def test_a_request_canceled_before_its_turn_is_never_drawn(self, backend: DiffusersImage) -> None:
        with pytest.raises(Interrupted):
            draw(backend, CAT, lambda: True)
        assert spy(backend).batches == []


class TestTrouble:
    def test_what_does_not_fit_the_memory_is_drawn_in_halves(self, backend: DiffusersImage) -> None:
        watch = spy(backend)
        watch.room = 2
        assert [image.index for image in done(draw(backend, replace(CAT, n=4)))] == [0, 1, 2, 3]
        assert watch.batches == [4, 2, 2]

    def test_one_image_that_does_not_fit_is_out_of_memory(self, backend: DiffusersImage) -> None:
        spy(backend).room = 0
        with pytest.raises(OutOfMemory):
            draw(backend, replace(CAT, n=2))

    def test_a_checkpoint_that_breaks_while_drawing_is_corrupt_and_the_next_job_is_tried(
        self, backend: DiffusersImage
    ) -> None:
        spy(backend).error = RuntimeError("mat1 and mat2 shapes cannot be multiplied")
        with pytest.raises(ModelCorrupt, match="shapes cannot"):
            draw(backend, CAT)
        spy(backend).error = None
        assert len(done(draw(backend, CAT))) == 1

    def test_it_must_be_set_up(self, checkpoint: Path) -> None:
        with pytest.raises(ModelCorrupt, match="not set up"):
            draw(make(checkpoint), CAT)


def _wait_for(backend: DiffusersImage, waiting: int) -> None:
    batcher = backend._ready()[1]
    until(lambda: len(batcher._waiting) == waiting)
