"""The list of recipes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.locales import LOCALES
from bot.playground.blockkit import checked_blocks
from bot.slack.recipe_list import listed
from engine.domain.recipe import Recipe, Strength
from tests.support.recipes import BOOK, POST, POSTER


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("query", ["", "post", "nothing like it", "<!here>"])
@pytest.mark.parametrize("recipes", [(), BOOK.recipes, (POST,) * 100], ids=["none", "some", "many"])
def test_slack_accepts_it(locale: str, query: str, recipes: tuple[Recipe, ...]) -> None:
    text, blocks = listed(locale, "/aigc", recipes, query)
    checked_blocks(json.loads(json.dumps(blocks)))
    assert 0 < len(blocks) <= 50
    assert "<!here>" not in text


def test_each_has_a_button_under_the_heading_of_its_group() -> None:
    _, blocks = listed("zh", "/aigc", [POST, POSTER], "")
    assert [block["type"] for block in blocks] == ["section", "context", "section", "context", "section"]
    assert blocks[2]["text"]["text"] == "*社媒帖子* `social-post`\n一个平台的帖子。"
    assert blocks[2]["accessory"]["value"] == "social-post"


def test_one_that_wants_a_strong_model_says_so() -> None:
    _, blocks = listed("en", "/aigc", [replace(POST, strength=Strength.STRONG)], "")
    assert blocks[2]["text"]["text"].splitlines()[0].endswith("`social-post` · best with a strong model")


@pytest.mark.parametrize("query", ["POST platform", "帖子"])
def test_it_is_searched_in_both_languages(query: str) -> None:
    _, blocks = listed("en", "/aigc", BOOK.recipes, query)
    assert [block["accessory"]["value"] for block in blocks if "accessory" in block] == ["social-post"]


def test_what_cannot_be_used_here_is_left_out() -> None:
    _, blocks = listed("en", "/aigc", BOOK.recipes, "")
    assert "brand-style" not in json.dumps(blocks)
