"""NudeNet says nothing about a harmless picture, and what is no picture closes the filter."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from engine.domain.request import Kind
from engine.domain.safety import Action, Category, Where
from engine.safety.filter import LayeredFilter
from engine.safety.images import MAX_PIXELS, NudeNetCheck
from engine.safety.layers import Layer
from engine.safety.policy import load_policy


@pytest.fixture(scope="module")
def safety() -> LayeredFilter:
    return LayeredFilter(load_policy(None), (), [Layer(NudeNetCheck(), 60.0)])


def bicycle(image_format: str = "PNG", mode: str = "RGB") -> bytes:
    picture = Image.new(mode, (300, 200), "white")
    draw = ImageDraw.Draw(picture)
    for left in (30, 180):
        draw.ellipse((left, 90, left + 90, 180), outline="black", width=4)
    draw.line((75, 135, 150, 60, 225, 135, 75, 135), fill="red" if mode != "L" else 90, width=5)
    data = io.BytesIO()
    picture.save(data, image_format)
    return data.getvalue()


@pytest.mark.heavy
@pytest.mark.parametrize(("image_format", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "L"), ("JPEG", "RGB")])
def test_a_harmless_picture_passes(safety: LayeredFilter, image_format: str, mode: str) -> None:
    verdict = safety.check_image(bicycle(image_format, mode), Where(Kind.DRAW))
    assert (verdict.action, verdict.findings) == (Action.ALLOW, ())


@pytest.mark.heavy
def test_every_label_is_scored_and_only_nudity_counts() -> None:
    check = NudeNetCheck()
    scores = dict(check.scores(bicycle()))
    assert len(scores) == 18
    assert {evidence.category for evidence in check.judge(bicycle())} == {Category.SEXUAL}
    assert {evidence.detail for evidence in check.judge(bicycle())} == {
        "buttocks exposed",
        "female breast exposed",
        "female genitalia exposed",
        "anus exposed",
        "male genitalia exposed",
    }


@pytest.mark.parametrize("data", [b"", b"no picture", bicycle()[:200], b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
def test_what_cannot_be_decoded_is_refused(safety: LayeredFilter, data: bytes) -> None:
    verdict = safety.check_image(data, Where(Kind.DRAW))
    assert (verdict.action, verdict.categories) == (Action.REFUSE, (Category.UNCHECKED,))


def test_an_image_too_large_to_decode_is_refused(safety: LayeredFilter) -> None:
    data = io.BytesIO()
    Image.new("1", (5001, MAX_PIXELS // 5000)).save(data, "PNG")
    assert safety.check_image(data.getvalue(), Where(Kind.DRAW)).categories == (Category.UNCHECKED,)
