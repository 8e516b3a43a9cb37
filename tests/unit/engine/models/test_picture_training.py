"""What the picture model is taught is true: captions say what is shown, recoloured things have that colour."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from engine.models.picture.concepts import Concept, article, concepts, unseen
from engine.models.picture.train.captions import COLOURS as CHINESE_COLOURS
from engine.models.picture.train.captions import HATS, Writer
from engine.models.picture.train.icons import HATS as HAT_ICONS
from engine.models.picture.train.icons import SETS, Things, keywords
from engine.models.picture.train.recolour import BACKGROUNDS, COLOURS, recolour
from engine.models.picture.train.run_state import RunState
from engine.models.picture.train.scenes import SIDE, WEARERS, Scene, dressed, pairs, single

CAR = Concept(("automobile",), ("car", "automobile"), ("汽车", "小汽车"), "辆", recolour=True)
CAT = Concept(("cat", "cat-face"), ("cat",), ("猫",), "只", recolour=True)
SUN = Concept(("sun",), ("sun",), ("太阳",), "个", recolour=False)
KNOWN = {concept.name: concept for concept in (CAR, CAT, SUN)}


class TestConcepts:
    def test_a_file_is_read_line_by_line(self, tmp_path: Path) -> None:
        (tmp_path / "list.txt").write_text(
            "# a note\n\nautomobile = car, automobile | 辆: 汽车, 小汽车\n~sun = sun | 个: 太阳\n"
            "cat+cat-face = cat | 只: 猫\n",
            encoding="utf-8",
        )
        assert concepts(tmp_path / "list.txt") == (CAR, SUN, CAT)

    def test_there_are_two_hundred_to_measure(self) -> None:
        assert len(concepts()) >= 200
        assert len(unseen()) >= 100

    @pytest.mark.parametrize("language", ["english", "chinese"])
    def test_no_name_stands_for_two_things(self, language: str) -> None:
        said = [name for concept in concepts() for name in getattr(concept, language)]
        assert len(said) == len(set(said))

    def test_unseen_phrasings_are_of_known_things_in_words_that_are_no_name(self) -> None:
        names = {name for concept in concepts() for name in (*concept.english, *concept.chinese)}
        for phrasing in unseen():
            assert phrasing.concept in {concept.name for concept in concepts()}
            assert not {phrasing.english, phrasing.chinese} & names

    def test_every_head_that_wears_hats_is_a_drawing_of_something(self) -> None:
        assert set(WEARERS) <= {icon for concept in concepts() for icon in concept.icons}


def written(scene: Scene, count: int = 60) -> list[str]:
    return Writer(KNOWN, {}, random.Random(1)).captions(scene, count)  # noqa: S311


class TestCaptions:
    @pytest.mark.parametrize(("colour", "chinese"), [("red", "红"), ("blue", "蓝"), ("black", "黑")])
    def test_a_colour_is_said_in_every_caption(self, colour: str, chinese: str) -> None:
        for number, caption in enumerate(written(Scene(("car",), "flat", colour))):
            assert (colour, chinese)[number % 2] in caption

    def test_a_background_is_said_in_every_caption(self) -> None:
        for caption in written(Scene(("car",), "flat", background="blue")):
            assert "blue background" in caption or "蓝色背景" in caption

    def test_a_hat_is_said_in_every_caption(self) -> None:
        hats = ("hat", "帽子", "礼帽", "高帽子")
        for caption in written(Scene(("cat",), "cartoon", wearing="top hat")):
            assert any(hat in caption for hat in hats)
            assert "cat" in caption or "猫" in caption

    def test_both_of_a_pair_are_said_from_left_to_right(self) -> None:
        for caption in written(Scene(("car", "sun"), "flat")):
            left, right = (("car", "automobile"), ("sun",)) if caption.isascii() else (("汽车",), ("太阳",))
            assert min(caption.find(word) for word in left if word in caption) < max(map(caption.find, right))

    def test_a_style_is_said_of_its_own_pictures_alone(self) -> None:
        for style, others in {
            "flat": ("3d", "cartoon"),
            "glossy": ("flat", "cartoon"),
            "cartoon": ("flat", "3d"),
        }.items():
            said = " ".join(written(Scene(("car",), style)))
            assert not any(other in said for other in others)

    def test_every_other_style_than_the_plain_one_is_named(self) -> None:
        for style, words in {"glossy": ("3d", "glossy", "立体", "3D", "光泽"), "cartoon": ("cartoon", "卡通")}.items():
            for scene in (Scene(("car",), style), Scene(("cat",), style, "red", "blue")):
                assert all(any(word in caption for word in words) for caption in written(scene))

    @pytest.mark.parametrize(
        ("scene", "wishes"),
        [
            (Scene(("car",), "flat", "blue"), ("make it blue", "in blue", "now blue", "蓝色")),
            (Scene(("cat",), "flat", wearing="crown"), ("crown", "皇冠", "王冠")),
            (Scene(("car",), "flat", background="pink"), ("pink background", "粉色背景", "背景改成粉色")),
        ],
    )
    def test_a_wish_follows_what_there_was(self, scene: Scene, wishes: tuple[str, ...]) -> None:
        writer = Writer(KNOWN, {}, random.Random(2))  # noqa: S311
        for said in (writer.revised(scene) for _ in range(40)):
            before, _, wish = said.partition(", ")
            assert before
            assert any(word in wish for word in wishes)

    def test_nobody_wishes_for_what_is_plain(self) -> None:
        assert Writer(KNOWN, {}, random.Random(2)).revised(Scene(("car",), "flat")) == ""  # noqa: S311

    def test_things_on_white_in_their_own_colours_need_no_words(self) -> None:
        assert {"a car", "car", "汽车", "一辆汽车"} <= set(written(Scene(("car",), "flat")))

    def test_measure_words_count_chinese_things(self) -> None:
        assert "一只戴帽子的猫" in written(Scene(("cat",), "flat", wearing="top hat"), 400)

    def test_captions_use_no_unseen_phrasing(self) -> None:
        known = {concept.name: concept for concept in concepts()}
        writer = Writer(known, {}, random.Random(0))  # noqa: S311
        said = {caption for name in known for caption in writer.captions(Scene((name,), "flat"), 40)}
        assert not said & {text for phrasing in unseen() for text in (phrasing.english, phrasing.chinese)}

    @given(st.sampled_from(sorted(concepts(), key=lambda concept: concept.name)), st.integers(0, 999))
    def test_every_caption_has_a_name_of_the_thing(self, concept: Concept, seed: int) -> None:
        writer = Writer({concept.name: concept}, {}, random.Random(seed))  # noqa: S311
        for caption in writer.captions(Scene((concept.name,), "flat"), 8):
            assert any(name in caption for name in (*concept.english, *concept.chinese))

    def test_every_colour_and_hat_has_its_words(self) -> None:
        assert set(CHINESE_COLOURS) >= {*COLOURS, *BACKGROUNDS}
        assert set(HATS) == set(HAT_ICONS.values())

    @pytest.mark.parametrize(
        ("words", "with_article"),
        [
            ("cat", "a cat"),
            ("apple", "an apple"),
            ("orange car", "an orange car"),
            ("unicorn", "a unicorn"),
            ("red scissors", "red scissors"),
            ("french fries", "french fries"),
        ],
    )
    def test_articles(self, words: str, with_article: str) -> None:
        assert article(words) == with_article


@pytest.fixture(scope="module")
def have() -> Things:
    """Every drawing of the three concepts and of the hats, as plain discs."""
    icons = {icon for concept in KNOWN.values() for icon in concept.icons} | set(HAT_ICONS)
    return {(style, icon): apple("#e03030") for style in SETS for icon in icons}


class TestScenes:
    def test_what_must_keep_its_colours_keeps_them(self, have: Things) -> None:
        assert {scene.colour for scene, _ in single(SUN, have, random.Random(0))} == {""}  # noqa: S311
        assert len({scene.colour for scene, _ in single(CAR, have, random.Random(0))}) > 5  # noqa: S311

    def test_every_picture_has_one_size_and_the_ground_that_is_said(self, have: Things) -> None:
        for scene, image in single(CAR, have, random.Random(0)):  # noqa: S311
            assert image.size == (SIDE, SIDE)
            assert image.getpixel((1, 1)) == (BACKGROUNDS[scene.background] if scene.background else (255, 255, 255))

    def test_only_heads_wear_hats(self, have: Things) -> None:
        found = [scene for scene, _ in dressed((CAR, CAT, SUN), have, random.Random(0))]  # noqa: S311
        assert {scene.things for scene in found} == {("cat",)}
        assert {scene.wearing for scene in found} == set(HAT_ICONS.values())

    def test_pairs_are_two_different_things(self, have: Things) -> None:
        found = [scene for scene, _ in pairs((CAR, CAT, SUN), have, random.Random(0))]  # noqa: S311
        assert found
        assert all(len(set(scene.things)) == 2 for scene in found)

    def test_a_scene_knows_its_kind(self) -> None:
        plain = Scene(("car",), "flat")
        assert plain.kind == "own"
        assert replace(plain, colour="red").kind == "colour"
        assert replace(plain, background="red").kind == "ground"
        assert replace(plain, colour="red", background="blue").kind == "both"
        assert replace(plain, wearing="crown").kind == "hat"
        assert replace(plain, things=("car", "sun")).kind == "pair"


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


CHINESE = {"🚗": {"default": ["轿车", "车"]}, "🐈": {"default": ["宠物", "车"]}}
ENGLISH = {
    "🚗": {"default": ["auto", "pet"], "tts": ["automobile"]},
    "🐈": {"default": ["cat", "pet", "kitten"], "tts": ["cat"]},
}


class TestKeywords:
    def test_words_that_two_things_share_are_left_out(self) -> None:
        found = keywords(CHINESE, ENGLISH)
        assert found["car"] == {"english": ["auto"], "chinese": []}, (
            "pet and 车 are shared, 轿车 is an unseen phrasing's"
        )

    def test_names_and_words_of_unseen_phrasings_are_left_out(self) -> None:
        assert keywords(CHINESE, ENGLISH)["cat"]["english"] == []


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
