"""The embedded picture model: put together once, mends itself, and draws what it is asked in English and Chinese."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.backends.diffusers_image import DiffusersImage
from engine.domain.task import ImageDone, ImageStep, ImageTask
from engine.errors import ModelCorrupt, ModelNotFound
from engine.evals.judge import Judge
from engine.evals.tables import ROUNDING
from engine.models import picture
from engine.models.folder import MANIFEST, is_whole
from engine.models.picture.assembly import WEIGHTS
from engine.settings import EngineSettings, ModelSpec

heavy = pytest.mark.heavy


@pytest.fixture(scope="module")
def assembled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return picture.assemble(tmp_path_factory.mktemp("data") / "models" / "picture")


@pytest.fixture
def model(assembled: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy to damage."""
    copy = tmp_path / "picture"
    shutil.copytree(assembled, copy)
    yield copy
    shutil.rmtree(copy)


class TestAssembly:
    def test_without_weights_it_is_not_found(self, tmp_path: Path) -> None:
        with pytest.raises(ModelNotFound):
            picture.assemble(tmp_path / "picture", weights=tmp_path / "nothing")

    @heavy
    def test_it_is_a_plain_pipeline_folder_with_nothing_beside_it(self, assembled: Path) -> None:
        names = {path.name for path in assembled.iterdir()}
        assert {"model_index.json", "unet", "vae", "text_encoder", "tokenizer", "scheduler", MANIFEST} == names
        assert [path.name for path in assembled.parent.iterdir()] == [assembled.name]

    @heavy
    def test_it_is_put_together_once(self, model: Path) -> None:
        before = (model / "model_index.json").stat().st_mtime_ns
        picture.assemble(model)
        assert (model / "model_index.json").stat().st_mtime_ns == before

    @heavy
    def test_other_weights_make_it_anew(self, model: Path, tmp_path: Path) -> None:
        newer = tmp_path / "weights"
        shutil.copytree(WEIGHTS, newer)
        (newer / "note.txt").write_text("version 2")
        before = (model / MANIFEST).read_text()
        picture.assemble(model, weights=newer)
        assert (model / MANIFEST).read_text() != before

    @heavy
    def test_damaged_weights_are_corrupt_and_leave_nothing_behind(self, tmp_path: Path) -> None:
        broken, target = tmp_path / "weights", tmp_path / "models" / "picture"
        shutil.copytree(WEIGHTS, broken)
        next((broken / "unet").glob("*.safetensors")).write_bytes(b"short")
        with pytest.raises(ModelCorrupt):
            picture.assemble(target, weights=broken)
        assert list(target.parent.iterdir()) == []


@pytest.fixture(scope="module")
def backend(assembled: Path) -> Iterator[DiffusersImage]:
    settings = EngineSettings(data_dir=assembled.parent.parent, torch_threads=1)
    ready = DiffusersImage.from_spec("tiny", ModelSpec(backend="diffusers", model="embedded"), settings)
    ready.setup()
    yield ready
    ready.close()


def draw(backend: DiffusersImage, task: ImageTask) -> list[ImageDone]:
    return [event for event in backend.generate(task, lambda: False) if isinstance(event, ImageDone)]


def pixels(image: ImageDone) -> np.ndarray:
    """Shape (height, width, 3), 0 to 255."""
    return np.asarray(Image.open(io.BytesIO(image.png)).convert("RGB")).astype(float)


def share(image: ImageDone, colour: str) -> float:
    """The part of the picture that is clearly red or clearly blue."""
    red, _, blue = np.moveaxis(pixels(image), -1, 0)
    return float(((red - blue > 60) if colour == "red" else (blue - red > 60)).mean())


@heavy
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # diffusers' DPM-Solver with NumPy 2
class TestPictures:
    def test_a_picture_has_the_usual_size(self, backend: DiffusersImage) -> None:
        (image,) = draw(backend, ImageTask("a cat", seed=1))
        assert pixels(image).shape == (512, 512, 3)

    def test_a_seed_draws_the_same_picture_again(self, backend: DiffusersImage) -> None:
        once, again = (draw(backend, ImageTask("a house", seed=3))[0].png for _ in range(2))
        other = draw(backend, ImageTask("a house", seed=4))[0].png
        assert once == again != other

    @pytest.mark.parametrize("thing", ["balloon", "car", "apple", "book"])
    def test_a_colour_is_drawn(self, backend: DiffusersImage, thing: str) -> None:
        red, blue = (draw(backend, ImageTask(f"a {colour} {thing}", n=3, seed=5)) for colour in ("red", "blue"))
        for colour, mine, other in (("red", red, blue), ("blue", blue, red)):
            assert sum(share(image, colour) for image in mine) > 2 * sum(share(image, colour) for image in other)

    @pytest.mark.parametrize(
        ("prompt", "concept"),
        [
            ("a cat", "cat"),
            ("一只熊猫", "panda"),
            ("a red apple", "apple"),
            ("红色的汽车", "car"),
            ("a penguin on a blue background", "penguin"),
            ("生日蛋糕", "birthday cake"),
        ],
    )
    def test_what_is_asked_for_is_seen(self, backend: DiffusersImage, prompt: str, concept: str) -> None:
        images = draw(backend, ImageTask(prompt, n=4, seed=11))
        ranked = Judge.load().rank([Image.open(io.BytesIO(image.png)).convert("RGB") for image in images])
        assert sum(concept in names[:3] for names in ranked) >= 3

    def test_a_cat_with_a_hat_is_no_plain_cat(self, backend: DiffusersImage) -> None:
        plain, dressed = (draw(backend, ImageTask(prompt, seed=3))[0] for prompt in ("一只猫", "一只戴帽子的猫"))
        top = slice(0, 512 // 3)
        assert np.abs(pixels(plain)[top] - pixels(dressed)[top]).mean() > 10

    def test_a_picture_is_the_same_alone_and_beside_others(self, backend: DiffusersImage) -> None:
        together = draw(backend, ImageTask("a house", n=3, seed=20))
        alone = [draw(backend, ImageTask("a house", seed=20 + number))[0] for number in range(3)]
        for one, other in zip(together, alone, strict=True):
            assert np.abs(pixels(one) - pixels(other)).max() <= ROUNDING

    def test_what_is_not_wanted_changes_the_picture(self, backend: DiffusersImage) -> None:
        task = ImageTask("a balloon", seed=4)
        assert draw(backend, task)[0].png != draw(backend, replace(task, negative="red"))[0].png

    @pytest.mark.parametrize(("width", "height"), [(256, 256), (512, 256), (300, 500), (1024, 1024)])
    def test_any_size_is_drawn(self, backend: DiffusersImage, width: int, height: int) -> None:
        (image,) = draw(backend, ImageTask("a tree", seed=1, width_px=width, height_px=height))
        assert pixels(image).shape == (height, width, 3)

    def test_unfinished_pictures_can_be_shown(self, assembled: Path) -> None:
        settings = EngineSettings(data_dir=assembled.parent.parent, torch_threads=1)
        spec = ModelSpec(backend="diffusers", model="embedded", options={"preview_after_s": 0})
        eager = DiffusersImage.from_spec("tiny", spec, settings)
        eager.setup()
        try:
            steps = [
                event for event in eager.generate(ImageTask("a star"), lambda: False) if isinstance(event, ImageStep)
            ]
        finally:
            eager.close()
        previews = [Image.open(io.BytesIO(png)) for step in steps for png in step.previews]
        assert {preview.size for preview in previews} == {(128, 128)}

    def test_an_image_to_image_with_little_strength_stays_near_its_start(self, backend: DiffusersImage) -> None:
        start, elsewhere = draw(backend, ImageTask("a red car", seed=2)) + draw(backend, ImageTask("a tree", seed=9))
        task = ImageTask("a red car", seed=8, init_image=start.png, strength=0.2)
        (revised,) = draw(backend, task)
        near, far = (np.abs(pixels(revised) - pixels(image)).mean() for image in (start, elsewhere))
        assert near < far / 2


def test_a_folder_that_is_no_model_is_not_whole(tmp_path: Path) -> None:
    assert not is_whole(tmp_path, "1")
