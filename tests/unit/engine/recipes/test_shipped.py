"""The recipes that come with the app: their examples pass their checks, and their counterexamples fail theirs."""

from __future__ import annotations

import pytest

from engine.domain.filling import fill
from engine.domain.recipe import Recipe
from engine.domain.request import Kind
from engine.recipes.book import parse_recipe, shipped, shipped_texts
from engine.recipes.checks import shortfalls

TEXTS = [pytest.param(text, id=name) for name, text in shipped_texts()]
WRITTEN = [pytest.param(recipe, id=recipe.name) for recipe in shipped() if recipe.kind is Kind.COPY]
DRAWN = [pytest.param(recipe, id=recipe.name) for recipe in shipped() if recipe.kind is Kind.DRAW]


@pytest.mark.parametrize("text", TEXTS)
def test_a_shipped_file_is_as_the_schema_and_its_own_examples_say(text: str) -> None:
    parse_recipe(text, "recipe.yaml")


@pytest.mark.parametrize("recipe", WRITTEN)
def test_a_text_has_a_worked_example_in_each_language_and_texts_that_fail(recipe: Recipe) -> None:
    assert {example.lang for example in recipe.examples} == {"en", "zh"}
    assert {bad.lang for bad in recipe.counterexamples} == {"en", "zh"}
    assert len({bad.fails for bad in recipe.counterexamples}) >= 2


@pytest.mark.parametrize("recipe", WRITTEN)
def test_an_example_is_filled_in_as_people_fill_it_in(recipe: Recipe) -> None:
    for example in recipe.examples:
        values, wrong = fill(recipe, dict(example.fields))
        assert wrong == ()
        assert shortfalls(recipe, dict(values), example.text, example.lang) == ()


@pytest.mark.parametrize("recipe", WRITTEN)
def test_no_english_example_passes_for_a_chinese_one(recipe: Recipe) -> None:
    english = next(example for example in recipe.examples if example.lang == "en")
    assert "other_language" in {found.code for found in shortfalls(recipe, dict(english.fields), english.text, "zh")}


@pytest.mark.parametrize("recipe", DRAWN)
def test_a_style_has_a_prompt_and_what_is_not_to_be_seen(recipe: Recipe) -> None:
    assert "{" in recipe.template
    assert recipe.negative


def test_names_are_unique_and_titles_differ_in_both_languages() -> None:
    assert len({recipe.name for recipe in shipped()}) == len(shipped())
    assert len({recipe.title.en for recipe in shipped()}) == len(shipped())
    assert len({recipe.title.zh for recipe in shipped()}) == len(shipped())


def test_medical_information_always_has_its_disclaimer_and_its_notice() -> None:
    (leaflet,) = [recipe for recipe in shipped() if recipe.name == "health-leaflet"]
    assert leaflet.advice == "medical"
    assert leaflet.disclaimer
