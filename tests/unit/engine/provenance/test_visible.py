"""The visible mark: there, large enough, legible on anything, in both languages."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops

from engine.provenance.marks import GLYPH_PX, WORDS, mask
from engine.provenance.opening import NoPicture
from engine.provenance.visible import glyph_px, with_mark
from tests.support.pictures import FORMATS, decoded, file_of, scene

SIZES = [(64, 64), (64, 2048), (256, 256), (512, 512), (1024, 640), (2048, 64), (2048, 2048)]


def changed(before: Image.Image, after: Image.Image) -> tuple[int, int, int, int]:
    box = ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("locale", WORDS)
@pytest.mark.parametrize("size", SIZES)
def test_its_letters_are_five_per_cent_of_the_shorter_side_high(size: tuple[int, int], locale: str) -> None:
    image = Image.new("RGB", size, "white")
    marked = decoded(with_mark(file_of(image), locale))
    assert glyph_px(*size, locale) >= 0.05 * min(size)
    bright = marked.convert("L").point(lambda value: 255 if value > 200 else 0)
    left, top, right, bottom = changed(image, marked)
    letters = bright.crop((left + 1, top + 1, right - 1, bottom - 1)).getbbox()
    assert letters is not None
    assert letters[3] - letters[1] >= 0.05 * min(size)
    assert (right, bottom) == size


@pytest.mark.parametrize("locale", WORDS)
@pytest.mark.parametrize("ground", ["white", "black", "#808080", "#ff2020"])
def test_it_can_be_read_on_light_and_on_dark(ground: str, locale: str) -> None:
    marked = decoded(with_mark(file_of(Image.new("RGB", (512, 512), ground)), locale))
    colours = marked.crop((512 - 60, 512 - 30, 512, 512)).convert("RGB").getcolors(10_000)
    assert colours is not None
    shades = [shade for _, shade in colours if isinstance(shade, tuple)]
    assert contrast(max(shades, key=luminance), min(shades, key=luminance)) >= 4.5  # WCAG 2.2, 1.4.3


def luminance(shade: tuple[float, ...]) -> float:
    linear = [v / 255 / 12.92 if v / 255 <= 0.04045 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in shade[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(light: tuple[float, ...], dark: tuple[float, ...]) -> float:
    return (luminance(light) + 0.05) / (luminance(dark) + 0.05)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_format_and_the_rest_of_the_picture_stay(kind: str) -> None:
    before = decoded(file_of(scene(1, 400, 300), kind))
    after = decoded(with_mark(file_of(scene(1, 400, 300), kind), "en"))
    assert (after.format, after.size) == (kind, (400, 300))
    left, top, _, _ = changed(before.crop((0, 0, 400, 300)), after)
    if kind != "JPEG":  # saved again it differs a little everywhere
        assert left > 100
        assert top > 200


def test_what_was_transparent_stays_so_but_for_the_plate() -> None:
    marked = decoded(with_mark(file_of(Image.new("RGBA", (256, 256), (0, 0, 0, 0))), "en"))
    assert marked.mode == "RGBA"
    assert marked.getpixel((5, 5)) == (0, 0, 0, 0)
    plate = marked.getpixel((254, 254))
    assert isinstance(plate, tuple)
    assert plate[3] > 150


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "1", "I;16"])
def test_any_mode_of_a_png_can_be_marked(mode: str) -> None:
    image = scene().convert("L").convert(mode) if mode not in ("RGB", "RGBA", "P") else scene(mode=mode)
    assert decoded(with_mark(file_of(image), "zh")).size == (256, 256)


def test_a_photograph_that_lies_on_its_side_is_marked_where_its_corner_is_seen() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right
    sideways = Image.new("RGB", (300, 200), "white")
    target = io.BytesIO()
    sideways.save(target, "JPEG", exif=exif.tobytes())
    marked = decoded(with_mark(target.getvalue(), "en"))
    assert marked.size == (200, 300)
    corner = marked.convert("L").getpixel((198, 298))
    assert isinstance(corner, int)
    assert corner < 120


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", file_of(scene())[:500]])
def test_what_is_no_whole_picture_is_turned_down(data: bytes) -> None:
    with pytest.raises(NoPicture):
        with_mark(data, "en")


def test_the_stored_words_are_large_enough_for_any_picture_that_is_drawn() -> None:
    assert all(mask(locale).height >= GLYPH_PX for locale in WORDS)
    assert mask("xx") == mask("en")
