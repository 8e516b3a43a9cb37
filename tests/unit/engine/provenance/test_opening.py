"""Pictures from anybody: bombs, films and nonsense are turned down before they are decoded."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from engine.provenance.opening import MAX_PIXELS, NoPicture, media_type, opened
from tests.support.pictures import FORMATS, file_of, scene


@pytest.mark.parametrize("kind", FORMATS)
def test_the_three_formats_are_read(kind: str) -> None:
    data = file_of(scene(), kind)
    assert opened(data).size == (256, 256)
    assert media_type(data) == f"image/{kind.lower()}"


@pytest.mark.parametrize("side", [5_001, 14_000])
def test_a_small_file_with_too_many_pixels_is_turned_down(side: int) -> None:
    target = io.BytesIO()
    Image.new("1", (side, side)).save(target, "PNG")
    assert side * side > MAX_PIXELS
    assert len(target.getvalue()) < 200_000
    with pytest.raises(NoPicture):
        opened(target.getvalue())


def test_a_film_is_turned_down() -> None:
    target = io.BytesIO()
    scene(1).save(target, "PNG", save_all=True, append_images=[scene(2)])
    with pytest.raises(NoPicture, match="moves"):
        opened(target.getvalue())


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_other_formats_are_turned_down(kind: str) -> None:
    data = file_of(scene(), kind)
    with pytest.raises(NoPicture):
        opened(data)
    with pytest.raises(NoPicture):
        media_type(data)
