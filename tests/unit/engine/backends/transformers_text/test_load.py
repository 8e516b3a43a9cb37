"""Loading: what is missing, damaged or wrong is said as such."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from peft import LoraConfig, get_peft_model
from pydantic import ValidationError
from safetensors.torch import load_file, save_file
from transformers import GPT2LMHeadModel

from engine.backends.transformers_text.load import Options, load
from engine.backends.transformers_text.sample import Rules
from engine.errors import ConfigurationError, EngineError, ModelCorrupt, ModelNotFound
from tests.support import tiny_models

CPU = Options(device="cpu", dtype="float32")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.gpt2(tmp_path_factory.mktemp("models") / "gpt2")


@pytest.fixture
def model(whole: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return Path(shutil.copytree(whole, tmp_path / "gpt2"))


def test_a_model_is_described(model: Path) -> None:
    loaded = load(str(model), CPU)
    assert (loaded.device, loaded.dtype, loaded.context) == ("cpu", "float32", tiny_models.CONTEXT)
    assert loaded.ends == {256}
    assert load(str(model), Options(context=64)).context == 64


def test_sampling_is_by_options_then_by_the_checkpoint_then_by_default(model: Path) -> None:
    (model / "generation_config.json").write_text(json.dumps({"temperature": 0.3, "top_k": 7, "do_sample": True}))
    options = Options(device="cpu", top_k=9)
    assert load(str(model), options).rules == Rules(temperature=0.3, top_k=9)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        load(str(tmp_path / "none"), CPU)


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        load(str(tmp_path), CPU)


def _shorten(model: Path) -> None:
    file = model / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1000])


def _scribble(model: Path) -> None:
    (model / "model.safetensors").write_bytes(b"\xff" * 4096)


def _lose_a_weight(model: Path) -> None:
    weights = load_file(model / "model.safetensors")
    weights.pop("transformer.h.0.ln_1.weight")
    save_file(weights, model / "model.safetensors", metadata={"format": "pt"})


def _break_the_config(model: Path) -> None:
    (model / "config.json").write_text("{")


def _change_the_shape(model: Path) -> None:
    config = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps({**config, "n_embd": 64}))


def _lose_the_weights(model: Path) -> None:
    (model / "model.safetensors").unlink()


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        (_shorten, ModelCorrupt),
        (_scribble, ModelCorrupt),
        (_lose_a_weight, ModelCorrupt),
        (_break_the_config, ModelCorrupt),
        (_change_the_shape, ModelCorrupt),
        (_lose_the_weights, ModelNotFound),
    ],
)
def test_damaged_files(model: Path, damage: object, error: type[EngineError]) -> None:
    assert callable(damage)
    damage(model)
    with pytest.raises(error, match="gpt2"):
        load(str(model), CPU)


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
def test_a_lora_adapter_is_merged(model: Path, tmp_path: Path) -> None:
    adapter = get_peft_model(
        GPT2LMHeadModel.from_pretrained(model), LoraConfig(init_lora_weights=False, fan_in_fan_out=True)
    )
    adapter.save_pretrained(str(tmp_path / "lora"))
    plain = load(str(model), CPU)
    tuned = load(str(model), CPU.model_copy(update={"lora": str(tmp_path / "lora")}))
    assert type(tuned.module) is type(plain.module)
    name = "transformer.h.0.attn.c_attn.weight"
    assert not tuned.module.state_dict()[name].equal(plain.module.state_dict()[name])


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
def test_an_adapter_that_is_not_there(model: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        load(str(model), CPU.model_copy(update={"lora": str(tmp_path / "none")}))


@pytest.mark.parametrize("options", [Options(device="nonsense"), Options(dtype="int8")])
def test_what_the_machine_does_not_have(model: Path, options: Options) -> None:
    with pytest.raises(ConfigurationError):
        load(str(model), options)


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValidationError):
        Options.model_validate({"tempature": 1.0})
