"""`aigc draw` at the terminal, with an image to start from."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.offline import draw
from engine.settings import ModelSpec
from tests.support.pictures import HEIC, decoded, encoded, halves
from tests.support.worker import EchoImage


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a model that draws what it starts from."""
    spec = ModelSpec(backend=f"{EchoImage.__module__}:EchoImage", model="none")
    monkeypatch.setenv("AIGC_IMAGE_MODELS", f'{{"echo": {spec.model_dump_json()}}}')
    monkeypatch.setenv("AIGC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(draw, ["a watercolour", *arguments])


@pytest.mark.heavy
def test_a_picture_is_drawn_from_a_file(terminal: Path) -> None:
    (terminal / "photo.jpg").write_bytes(encoded(halves(), "JPEG"))
    assert run("--from", "photo.jpg").exit_code == 0
    assert decoded((terminal / "aigc.png").read_bytes()).size == (60, 40)


def test_a_file_that_is_no_image_is_told_so_before_anything_is_loaded(terminal: Path) -> None:
    (terminal / "photo.png").write_bytes(HEIC)
    result = run("--from", "photo.png")
    assert result.exit_code == 1
    assert "PNG, JPEG and WebP" in result.output
    assert not (terminal / "data").exists()
