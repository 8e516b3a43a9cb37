"""Fields filled in: what is taken, and what is said of what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.domain.filling import fill, filled_template, with_defaults
from engine.domain.recipe import Choice, Defaults, Field, FieldType, Recipe, Words
from engine.domain.request import CopyParams, DrawParams, Kind

NAME = Words("Name", "名称")
PLATFORM = Field(
    "platform", Words("Platform", "平台"), type=FieldType.CHOICE,
    choices=(Choice("x", Words("X", "X")), Choice("wechat", Words("WeChat", "微信"))),
)  # fmt: skip
MINUTES = Field("minutes", NAME, required=False, type=FieldType.NUMBER, least=5, most=90)
NOTE = Field("note", NAME, required=False, type=FieldType.MULTILINE, max_chars=10)
RECIPE = Recipe("post", Kind.COPY, NAME, NAME, NAME, (Field("product", NAME), PLATFORM, MINUTES, NOTE))
STYLE = Recipe(
    "icon", Kind.DRAW, NAME, NAME, NAME, (Field("subject", NAME), Field("colour", NAME, required=False)),
    template="{subject}, {colour} colour, icon", negative="photo",
    defaults=Defaults(width_px=512, height_px=512, steps=20, guidance=7.0),
)  # fmt: skip


def test_values_come_in_the_order_of_the_recipe_and_as_it_knows_them() -> None:
    values, wrong = fill(RECIPE, {"platform": " 微信 ", "note": " a\nb ", "product": "a  lamp", "minutes": "４５"})
    assert values == (("product", "a lamp"), ("platform", "wechat"), ("minutes", "45"), ("note", "a\nb"))
    assert wrong == ()


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"platform": "x"}, "product", "missing"),
        ({"product": "  ", "platform": "x"}, "product", "missing"),
        ({"product": "a", "platform": "myspace"}, "platform", "no_choice"),
        ({"product": "a", "platform": "x", "minutes": "soon"}, "minutes", "no_number"),
        ({"product": "a", "platform": "x", "minutes": "4"}, "minutes", "too_small"),
        ({"product": "a", "platform": "x", "minutes": "91"}, "minutes", "too_large"),
        ({"product": "a", "platform": "x", "note": "x" * 11}, "note", "too_long"),
        ({"product": "a", "platform": "x", "size": "1"}, "size", "unknown"),
    ],
)
def test_what_is_wrong_is_said_by_field(given: dict[str, str], field: str, code: str) -> None:
    _, wrong = fill(RECIPE, given)
    assert [(each.field, each.code) for each in wrong] == [(field, code)]


def test_a_prompt_leaves_out_what_was_not_filled_in() -> None:
    assert filled_template(STYLE, {"subject": "a fox, asleep", "colour": "red"}) == "a fox, asleep, red colour, icon"
    assert filled_template(STYLE, {"subject": "a fox"}) == "a fox, icon"


def test_a_brief_comes_first_where_the_template_has_no_place_for_it() -> None:
    assert filled_template(STYLE, {"subject": "a fox"}, "in snow") == "in snow, a fox, icon"
    placed = replace(STYLE, template="icon of {subject}, {brief}")
    assert filled_template(placed, {"subject": "a fox"}, "in snow") == "icon of a fox, in snow"


def test_a_recipe_fills_in_what_the_request_does_not_say() -> None:
    own = with_defaults(STYLE, DrawParams(width_px=64, height_px=64, steps=4))
    assert own == DrawParams(width_px=64, height_px=64, steps=4, guidance=7.0, negative="photo")
    written = replace(RECIPE, defaults=Defaults(tone="dry", temperature=0.2))
    assert with_defaults(written, CopyParams(tone="warm")) == CopyParams(tone="warm", temperature=0.2)


def test_filling_in_twice_changes_nothing_more() -> None:
    once = with_defaults(STYLE, DrawParams(negative="rain"))
    assert with_defaults(STYLE, once) == once


def test_a_recipes_model_counts_only_where_it_is_there() -> None:
    written = replace(RECIPE, defaults=Defaults(model="big"))
    assert with_defaults(written, CopyParams(), ("small", "big")).model == "big"
    assert with_defaults(written, CopyParams(), ("small",)).model is None
    assert with_defaults(written, CopyParams(model="small"), ("small", "big")).model == "small"
