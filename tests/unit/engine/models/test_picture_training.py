"""What the picture model is taught is true: captions say what is shown, recoloured things have that colour."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.models.picture.train.concepts import Concept, article, captions, concepts
from engine.models.picture.train.lexicon import keywords, names, own_words
from engine.models.picture.train.recolour import BACKGROUNDS, COLOURS, recolour
from engine.models.picture.train.run_state import RunState

CAR = Concept("automobile", ("car", "automobile"), recolour=True)


class TestCaptions:
    def test_a_colour_is_said(self) -> None:
        assert set(captions(CAR, "red", "")) == {"a red car", "red car", "a red automobile", "red automobile"}

    def test_a_background_is_said(self) -> None:
        assert next(captions(CAR, "", "blue")) == "a car on a blue background"

    def test_its_own_colours_on_white_need_no_words(self) -> None:
        assert {"a car", "car", "a picture of a car"} <= set(captions(CAR, "", ""))

    @pytest.mark.parametrize(
        ("words", "with_article"),
        [("cat", "a cat"), ("apple", "an apple"), ("orange car", "an orange car"), ("unicorn", "a unicorn")],
    )
    def test_articles(self, words: str, with_article: str) -> None:
        assert article(words) == with_article

    def test_no_name_stands_for_two_things(self) -> None:
        said = [name for concept in concepts() for name in concept.names]
        assert len(said) == len(set(said))

    def test_a_file_is_read_line_by_line(self, tmp_path: Path) -> None:
        (tmp_path / "list.txt").write_text("# a note\n\nautomobile = car, automobile\n~sun = sun\n")
        assert concepts(tmp_path / "list.txt") == [CAR, Concept("sun", ("sun",), recolour=False)]


def apple(body: str) -> Image.Image:
    """A disc of colour `body` with a green leaf on nothing."""
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((8, 16, 56, 60), fill=body)
    pen.rectangle((30, 4, 40, 12), fill="#20b030")
    return image


class TestRecolouring:
    @pytest.mark.parametrize("body", ["#e03030", "#3060e0", "#909090"])
    @pytest.mark.parametrize(("colour", "strong", "weak"), [("red", 0, 2), ("blue", 2, 0), ("green", 1, 0)])
    def test_the_body_takes_the_colour(self, body: str, colour: str, strong: int, weak: int) -> None:
        rgb = np.asarray(recolour(apple(body), colour))[40, 32].astype(int)
        assert rgb[strong] - rgb[weak] > 80

    def test_the_leaf_and_the_outline_stay(self) -> None:
        before, after = (
            np.asarray(image).astype(int) for image in (apple("#e03030"), recolour(apple("#e03030"), "blue"))
        )
        assert np.abs(before[8, 35] - after[8, 35]).max() < 8
        assert (before[..., 3] == after[..., 3]).all()

    @pytest.mark.parametrize(("colour", "low", "high"), [("black", 0, 100), ("white", 180, 255)])
    def test_black_and_white_are_without_colour(self, colour: str, low: int, high: int) -> None:
        rgb = np.asarray(recolour(apple("#e03030"), colour))[40, 32, :3].astype(int)
        assert low <= rgb.min() <= rgb.max() <= high
        assert np.ptp(rgb) < 40

    def test_every_background_but_grey_is_a_colour_that_things_have_too(self) -> None:
        assert set(BACKGROUNDS) - {"grey"} <= set(COLOURS)


CHINESE = {"🍎": {"default": ["水果", "苹果"], "tts": ["红苹果"]}, "🍐": {"default": ["水果"], "tts": ["梨"]}}
ENGLISH = {"🍎": {"tts": ["red apple"]}, "🍐": {"tts": ["pear"]}}


class TestLexicon:
    def test_names_go_with_names(self) -> None:
        assert names(CHINESE, ENGLISH) == {"红苹果": "red apple"}

    def test_only_keywords_of_a_single_emoji_are_sure(self) -> None:
        assert keywords(CHINESE, ENGLISH) == {"苹果": "red apple"}

    def test_our_own_words_may_be_left_out_of_the_english(self) -> None:
        assert own_words()["红色"] == "red"
        assert own_words()["的"] == ""


class Part:
    """Something to save."""

    def __init__(self, value: int) -> None:
        self.value = value

    def state_dict(self) -> dict[str, int]:
        return {"value": self.value}

    def load_state_dict(self, saved: dict[str, int]) -> None:
        self.value = saved["value"]


@pytest.mark.heavy
def test_a_run_goes_on_where_it_was_saved(tmp_path: Path) -> None:
    first = RunState(tmp_path / "run.pt", {"part": Part(7)}, step=3, spent_s=60.0, images=48)
    first.save()
    part = Part(0)
    again = RunState(tmp_path / "run.pt", {"part": part})
    again.resume()
    assert (part.value, again.step, again.images) == (7, 3, 48)
    assert again.seconds() >= 60.0
    assert [file.name for file in tmp_path.iterdir()] == ["run.pt"]
