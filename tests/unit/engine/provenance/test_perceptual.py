"""The fingerprint is ImageHash's, and says what it should of pictures that were changed."""

from __future__ import annotations

import io

import imagehash
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.provenance.examine import NEAR
from engine.provenance.perceptual import distance, fingerprint
from tests.support.pictures import decoded, file_of, scene


@pytest.mark.parametrize("seed", range(20))
def test_it_is_the_one_of_the_library_imagehash(seed: int) -> None:
    image = scene(seed, 300, 200)
    assert fingerprint(image) == str(imagehash.phash(image))


@given(st.integers(0, 10_000), st.integers(20, 400), st.integers(20, 400))
@settings(max_examples=25, deadline=None)
def test_for_any_picture_it_has_sixteen_digits_or_none(seed: int, width: int, height: int) -> None:
    assert len(fingerprint(scene(seed, width, height))) in (0, 16)


def test_an_even_picture_has_none() -> None:
    assert fingerprint(Image.new("RGB", (256, 256), "white")) == ""


@pytest.mark.parametrize("seed", range(8))
def test_saving_and_scaling_hardly_change_it(seed: int) -> None:
    image = scene(seed)
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=40)
    for other in (decoded(jpeg.getvalue()), image.resize((128, 128)), image.resize((640, 640)), image.convert("L")):
        assert distance(fingerprint(image), fingerprint(other)) <= NEAR


def test_other_pictures_are_far_away() -> None:
    found = [fingerprint(scene(seed)) for seed in range(40)]
    near = [(one, other) for one in range(40) for other in range(one) if distance(found[one], found[other]) <= NEAR]
    assert near == []


def test_it_does_not_depend_on_the_format() -> None:
    image = scene(3)
    assert fingerprint(decoded(file_of(image, "PNG"))) == fingerprint(decoded(file_of(image, "WEBP")))
