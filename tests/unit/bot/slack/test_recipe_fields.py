"""The form with a recipe: its menu, its fields, and what stays when another is chosen."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.command import Catalog
from bot.locales import LOCALES
from bot.playground.blockkit import checked_view
from bot.ports import Place
from bot.slack import views
from bot.slack.recipe_fields import block_id
from engine.domain.recipe import Recipe
from engine.domain.request import Kind
from tests.support.recipes import BOOK, POST, POSTER, RECOMMENDATION, SLOGAN
from tests.unit.bot.slack.test_views import fields

CATALOG = Catalog(("smollm2",), ("tiny",), BOOK)
PLACE = Place("C1", "1.1")


def form(recipe: Recipe | None, locale: str = "en", place: Place = PLACE) -> dict[str, Any]:
    return views.request_form(locale, place, Kind.COPY, CATALOG, recipe)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("recipe", [None, *BOOK.recipes], ids=["none", *(recipe.name for recipe in BOOK.recipes)])
@pytest.mark.parametrize("place", [Place(""), PLACE], ids=["nowhere", "somewhere"])
def test_slack_accepts_it(locale: str, recipe: Recipe | None, place: Place) -> None:
    view = form(recipe, locale, place)
    checked_view(json.loads(json.dumps(view)), "modal")
    kind = recipe.kind if recipe else Kind.COPY
    name = recipe.name if recipe else ""
    assert views.memo(view["private_metadata"]) == views.Memo(locale, kind, place.channel, place.thread, recipe=name)


def test_the_menu_has_what_can_be_used_here_by_kind() -> None:
    menu = fields(form(None))["recipe"]["element"]
    found = {group["label"]["text"]: [o["value"] for o in group["options"]] for group in menu["option_groups"]}
    assert found == {
        "Recipe": ["-"],
        "Texts": ["social-post", "recommendation", "slogan"],
        "Pictures": ["poster"],
    }
    assert menu["initial_option"]["value"] == "-"


def test_a_recipes_own_fields_stand_in_place_of_the_choice_between_text_and_picture() -> None:
    found = fields(form(POST))
    own = ["text:product", "choice:social-post:platform", "text:call_to_action", "number:hashtags"]
    assert [name for name in found if name in own] == own
    assert [found[name]["optional"] for name in own] == [False, False, True, True]
    assert "kind" not in found
    assert found["prompt_copy"]["optional"]
    assert "size" in fields(form(POSTER))


def rows_form(recipe: Recipe, locale: str = "en") -> dict[str, Any]:
    return views.request_form(locale, PLACE, Kind.COPY, CATALOG, recipe, rows=True)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("recipe", BOOK.recipes, ids=[recipe.name for recipe in BOOK.recipes])
def test_slack_accepts_it_for_the_rows_of_a_table(locale: str, recipe: Recipe) -> None:
    view = rows_form(recipe, locale)
    checked_view(json.loads(json.dumps(view)), "modal")
    assert views.memo(view["private_metadata"]).rows == (recipe.kind is Kind.COPY and bool(recipe.fields))


def test_for_the_rows_of_a_table_it_asks_for_the_table_and_for_what_is_the_same_in_all() -> None:
    found = fields(rows_form(RECOMMENDATION))
    table = found["table"]
    assert (table["element"]["filetypes"], table["element"]["max_files"], table["optional"]) == (
        ["csv", "tsv"],
        1,
        False,
    )
    assert "needs: customer (Customer), product (Product). It may have: notes (Notes)." in table["hint"]["text"]
    assert all(found[block_id(RECOMMENDATION, each)]["optional"] for each in RECOMMENDATION.fields)
    assert {"prompt_copy", "lang", "seed"} <= found.keys()
    assert not {"n", "length", "temperature"} & found.keys()
    assert found["rows"]["element"]["initial_option"]["value"] == "each"


def test_one_text_is_asked_for_unless_rows_are_chosen_and_only_where_a_table_can_fill_it_in() -> None:
    assert fields(form(RECOMMENDATION))["rows"]["element"]["initial_option"]["value"] == "one"
    for other in (SLOGAN, POSTER):
        assert not {"rows", "table"} & fields(form(other)).keys()


def test_where_a_recipe_has_no_fields_the_brief_is_asked_for() -> None:
    assert not fields(form(SLOGAN))["prompt_copy"]["optional"]


def test_a_field_keeps_its_place_from_recipe_to_recipe_and_a_menu_does_not() -> None:
    assert block_id(POST, POST.fields[0]) == block_id(RECOMMENDATION, RECOMMENDATION.fields[1])
    assert POST.name in block_id(POST, POST.fields[1])


def test_without_recipes_there_is_no_menu() -> None:
    view = views.request_form("en", PLACE, Kind.COPY, Catalog(("a",), ("b",)))
    assert "recipe" not in fields(view)
