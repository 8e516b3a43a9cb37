"""What is said beside a table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.command.tables import read_table_wish
from bot.errors import CommandError
from bot.wishes import ForRows
from engine.domain.request import CopyParams
from tests.support.recipes import BOOK
from tests.unit.bot.command.texts import CATALOG

WITH = replace(CATALOG, recipes=BOOK)
PARAMS = CopyParams(seed=7)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("recipe recommendation for each row", ForRows("recommendation", (), "", PARAMS)),
        ("a personalised recommendation for each", ForRows("recommendation", (), "", PARAMS)),
        ("用个性化推荐逐行写", ForRows("recommendation", (), "", PARAMS)),
        ("social post per row: mention the sale", ForRows("social-post", (), "mention the sale", PARAMS)),
        ("recommendation：提到促销", ForRows("recommendation", (), "提到促销", PARAMS)),
        (
            "--recipe recommendation --field product=tea --lang zh --n 3",
            ForRows("recommendation", (("product", "tea"),), "", replace(PARAMS, lang="zh")),
        ),
        ("summarise this", None),
        ("", None),
    ],
)
def test_the_recipe_is_named_somewhere(text: str, wish: ForRows | None) -> None:
    assert read_table_wish(text, WITH, 7) == wish


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("write something for each row", "table_without_recipe"),
        ("逐行写", "table_without_recipe"),
        ("--recipe recomendation", "unknown_recipe"),
        ("--recipe poster", "recipe_of_other"),
        (f"recommendation: {'x' * 501}", "brief_too_long"),
    ],
)
def test_mistakes_teach(text: str, code: str) -> None:
    with pytest.raises(CommandError) as caught:
        read_table_wish(text, WITH, 7)
    assert caught.value.code == code
