"""A labeller with a development certificate, made once for all tests of labels."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.domain.provenance import Making
from engine.provenance import PictureLabeller, build_labeller
from engine.provenance.certificates import Credentials, load_credentials
from engine.settings import EngineSettings

MAKING = Making("0123456789abcdef", 0, "en", "tiny", "diffusers", "a very private red bicycle")


@pytest.fixture(scope="session")
def signed_with(tmp_path_factory: pytest.TempPathFactory) -> EngineSettings:
    return EngineSettings(data_dir=tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def own(signed_with: EngineSettings) -> Credentials:
    return load_credentials(signed_with)


@pytest.fixture
def labeller(signed_with: EngineSettings) -> PictureLabeller:
    return build_labeller(signed_with, draws=True, with_prompt=False)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"
