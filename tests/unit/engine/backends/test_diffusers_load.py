"""A diffusers checkpoint is loaded as its options say, or the error says what is wrong with it."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionPipeline
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict

from engine.backends.diffusers_load import Options, load_pipelines
from engine.errors import ConfigurationError, ModelCorrupt, ModelNotFound
from tests.support import tiny_pictures
from tests.support.tiny_pictures import SIDE

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_pictures.pipeline(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def lora(checkpoint: Path, tmp_path: Path) -> Path:
    """A LoRA of random numbers for the checkpoint's denoiser."""
    kind: Any = StableDiffusionPipeline  # untyped in diffusers
    pipeline = kind.from_pretrained(checkpoint)
    pipeline.unet.add_adapter(LoraConfig(r=2, target_modules=["to_q", "to_v"], init_lora_weights=False))
    kind.save_lora_weights(tmp_path / "lora", unet_lora_layers=get_peft_model_state_dict(pipeline.unet))
    return tmp_path / "lora"


class Family(SimpleNamespace):
    """A pipeline as it looks to the loader, of a family that has no image-to-image."""

    vae_scale_factor = 8

    def __call__(self, prompt: str) -> None: ...

    def set_progress_bar_config(self, **_: Any) -> None: ...

    def enable_model_cpu_offload(self, device: str) -> None:
        self.placed = f"piece by piece on {device}"

    def to(self, device: str) -> Family:
        self.placed = f"all on {device}"
        return self


def test_a_missing_folder_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        load_pipelines(str(tmp_path / "nothing"), Options())


def test_an_empty_folder_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        load_pipelines(str(tmp_path), Options())


@pytest.mark.parametrize("cut", [0, 4, 2000])
def test_weights_cut_short_are_corrupt(checkpoint: Path, tmp_path: Path, cut: int) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(checkpoint, damaged)
    weights = damaged / "unet" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:cut])
    with pytest.raises(ModelCorrupt):
        load_pipelines(str(damaged), Options())


def test_a_broken_description_is_corrupt(checkpoint: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(checkpoint, damaged)
    (damaged / "unet" / "config.json").write_text("{")
    with pytest.raises(ModelCorrupt):
        load_pipelines(str(damaged), Options())


@pytest.mark.parametrize("wrong", [{"scheduler": "Nope"}, {"dtype": "float33"}, {"device": "abacus"}])
def test_wrong_options_are_told(checkpoint: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        load_pipelines(str(checkpoint), Options.model_validate(wrong))


def test_the_scheduler_is_a_setting(checkpoint: Path) -> None:
    loaded = load_pipelines(str(checkpoint), Options(scheduler="EulerDiscreteScheduler"))
    assert type(loaded.draw.scheduler).__name__ == "EulerDiscreteScheduler"
    assert (loaded.native_px, loaded.multiple_px) == (SIDE, 8)


@pytest.mark.parametrize(("parts", "multiple"), [({"unet": 1}, 8), ({"transformer": 1}, 16), ({"patch_size": 4}, 32)])
def test_sides_are_multiples_of_what_the_denoiser_reads_at_once(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch, parts: dict[str, int], multiple: int
) -> None:
    draw = Family(config={}, **parts)
    monkeypatch.setattr("diffusers.AutoPipelineForText2Image.from_pretrained", lambda *_, **__: draw)
    assert load_pipelines(str(checkpoint), Options()).multiple_px == multiple


def test_a_lora_changes_what_is_drawn(checkpoint: Path, lora: Path) -> None:
    plain, changed = (
        load_pipelines(str(checkpoint), options).draw("a cat", num_inference_steps=1, generator=torch.manual_seed(1))
        for options in (Options(), Options(lora=str(lora)))
    )
    assert plain.images[0].tobytes() != changed.images[0].tobytes()


def test_a_missing_lora_is_not_found(checkpoint: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        load_pipelines(str(checkpoint), Options(lora=str(tmp_path / "nothing")))


@pytest.mark.parametrize("offload", [True, False])
def test_a_small_gpu_holds_only_the_part_that_works(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch, offload: bool
) -> None:
    draw = Family(config={})
    monkeypatch.setattr("diffusers.AutoPipelineForText2Image.from_pretrained", lambda *_, **__: draw)
    monkeypatch.setattr("engine.backends.diffusers_load.pick_device", lambda name: name)
    load_pipelines(str(checkpoint), Options(device="cuda:1", offload=offload))
    assert draw.placed == ("piece by piece on cuda:1" if offload else "all on cuda:1")
