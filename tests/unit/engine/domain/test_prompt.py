"""What is cut from an image prompt that is too long: neither what it shows nor what was asked last."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.prompt import fit_image_prompt


def words(text: str) -> int:
    return len(text.split())


def test_a_prompt_that_fits_is_left_as_it_is() -> None:
    prompt = "a cat,  asleep ,\nwatercolour style"
    assert fit_image_prompt(prompt, words, 6) == prompt


def test_the_subject_the_newest_instruction_and_the_style_stay() -> None:
    prompt = f"a red bicycle {'leaning against an old wall ' * 20}, make the sky pink, watercolour style"
    cut = fit_image_prompt(prompt, words, 12)
    assert cut.startswith("a red bicycle")
    assert cut.endswith("make the sky pink, watercolour style")
    assert words(cut) == 12


def test_chinese_is_cut_between_its_characters() -> None:
    assert fit_image_prompt("一只红色的猫坐在旧墙边，水彩风格", len, 9) == "一只红边，水彩风格"


@given(st.text(), st.integers(0, 20))
def test_what_is_left_fits(prompt: str, budget: int) -> None:
    assert words(fit_image_prompt(prompt, words, budget)) <= budget
