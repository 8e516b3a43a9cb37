"""Recipes of one's own, in words."""

from __future__ import annotations

import pytest

from bot.command import parse, route
from bot.errors import CommandError
from bot.wishes import Recipes, RemoveRecipe, SaveRecipe, Wish
from tests.unit.bot.command.texts import CATALOG


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("recipe save Launch post", SaveRecipe("Launch post")),
        ("Recipe Save: “Launch post”", SaveRecipe("Launch post")),
        ("配方 保存 新品文案", SaveRecipe("新品文案")),
        ("recipe remove launch post", RemoveRecipe("launch post")),
        ("配方 删除 新品文案", RemoveRecipe("新品文案")),
        ("recipe", Recipes()),
        ("recipe press", Recipes("press")),
    ],
)
def test_commands(text: str, wish: Wish) -> None:
    assert parse(text, CATALOG) == wish


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("save as recipe Launch post", "Launch post"),
        ("save this as a recipe: Launch post", "Launch post"),
        ("存为配方 新品文案", "新品文案"),
        ("保存为配方：新品文案", "新品文案"),
    ],
)
def test_in_a_thread_plain_words_do(text: str, title: str) -> None:
    assert route(text, CATALOG, in_thread=True) == SaveRecipe(title)


@pytest.mark.parametrize(
    ("text", "code"), [("recipe save", "missing_title"), (f"recipe save {'x' * 41}", "title_too_long")]
)
def test_mistakes_teach(text: str, code: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse(text, CATALOG)
    assert caught.value.code == code
    assert isinstance(parse(caught.value.suggestion, CATALOG), SaveRecipe)
