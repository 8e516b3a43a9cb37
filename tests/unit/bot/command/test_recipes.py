"""Recipes in commands: named, filled in, and an error that teaches where that goes wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.command import parse, route
from bot.command.clean import clean
from bot.command.quotes import quoted
from bot.command.recipes import near
from bot.errors import CommandError
from bot.wishes import Generate, Recipes
from engine.domain.request import CopyParams, DrawParams, Request
from engine.domain.work import FromRecipe
from tests.support.recipes import BOOK, POST
from tests.unit.bot.command.texts import CATALOG

WITH = replace(CATALOG, recipes=BOOK)


def asked(text: str) -> Request:
    wish = parse(text, WITH, 7)
    assert isinstance(wish, Generate)
    return wish.request


def wrong(text: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        parse(text, WITH)
    if caught.value.suggestion:
        parse(caught.value.suggestion, WITH)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        'copy --recipe social-post --field product="a steel bottle" --field platform=x',
        'copy --recipe social-post --field "product=a steel bottle" --field platform=X',
        "copy --recipe Social-Post --product “a steel bottle” --platform x",
        "copy --recipe 社媒帖子 --field product＝「a steel bottle」 --field platform=x",
        "copy a steel bottle --recipe social-post --platform x",
    ],
)
def test_fields_are_filled_in(text: str) -> None:
    request = asked(text)
    assert request.work == FromRecipe("social-post", (("product", "a steel bottle"), ("platform", "x")))
    assert (request.prompt, request.params) == ("", CopyParams(seed=7))


def test_a_brief_beside_the_fields_stays_the_brief() -> None:
    request = asked("copy for runners --recipe social-post --product tea --platform weibo --n 3 --tone warm")
    assert (request.prompt, request.params) == ("for runners", CopyParams(seed=7, n=3, tone="warm"))


def test_a_recipe_without_fields_needs_a_brief() -> None:
    assert asked("copy --recipe slogan for tea").work == FromRecipe("slogan")
    assert wrong("copy --recipe slogan").code == "missing_brief"


def test_a_field_of_two_words_has_a_flag_with_a_hyphen() -> None:
    work = asked("copy --recipe social-post --product tea --platform x --call-to-action buy").work
    assert isinstance(work, FromRecipe)
    assert dict(work.fields)["call_to_action"] == "buy"


def test_a_picture_has_recipes_too() -> None:
    request = asked("draw --recipe poster a red bicycle --size square")
    assert request.work == FromRecipe("poster", (("subject", "a red bicycle"),))
    assert request.params == DrawParams(512, 512, seed=7)


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        (
            "copy tea --recipe sozial-post",
            "unknown_recipe",
            'copy tea --recipe social-post --product "..." --platform x',
        ),
        ("copy tea --recipe", "unknown_recipe", None),
        ("copy tea --recipe poster", "recipe_of_other", ""),
        ("draw tea --recipe brand-style", "recipe_unusable", "draw tea"),
        ("copy tea --field product=x", "field_without_recipe", "copy tea"),
        ("copy --recipe slogan x --field tea", "bad_field", "copy --recipe slogan x"),
        (
            "copy --recipe social-post --platform x --product tea --field hashtag=3",
            "field_unknown",
            "copy --recipe social-post --platform x --product tea --field hashtags=3",
        ),
        (
            "copy --recipe recommendation",
            "missing_fields",
            'copy --recipe recommendation --customer "..." --product "..."',
        ),
        ("copy --recipe social-post --product tea --platform facebook", "field_no_choice", ""),
        ("copy --recipe social-post --product tea --platform x --hashtags many", "field_no_number", ""),
        ("copy --recipe social-post --product tea --platform x --hashtags 9", "field_too_large", ""),
        (f"copy --recipe social-post --product tea --platform x --call-to-action {'x' * 40}", "field_too_long", ""),
        ('copy --recipe slogan --field x="open', "unclosed_quote", None),
    ],
)
def test_mistakes_teach(text: str, code: str, suggestion: str | None) -> None:
    error = wrong(text)
    assert error.code == code
    assert suggestion is None or error.suggestion == suggestion


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        (
            'copy --recipe recommendation --field goods="green tea"',
            'copy --recipe recommendation --field customer="green tea" --field product="..."',
        ),
        (
            'copy --recipe recommendation --field whom="Ada B." --field product=tea',
            'copy --recipe recommendation --field customer="Ada B." --field product=tea',
        ),
        (
            "copy --recipe recommendation --customer Ada --field goods=tea",
            "copy --recipe recommendation --customer Ada --field product=tea",
        ),
        (
            'copy --recipe recommendation --customer Ada --product tea --field shape="so round"',
            'copy --recipe recommendation --customer Ada --product tea "so round"',
        ),
        (
            'copy --recipe recommendation --field customer="Ada B."',
            'copy --recipe recommendation --field customer="Ada B." --field product="..."',
        ),
        (
            "copy --recipe recommendation --field customer= --field product=tea",
            'copy --recipe recommendation --field product=tea --field customer="..."',
        ),
    ],
)
def test_what_was_typed_stays_in_the_suggestion_and_is_written_in_one_way(text: str, suggestion: str) -> None:
    assert wrong(text).suggestion == suggestion


def test_a_field_that_is_not_there_tells_what_is_needed_from_what_is_optional() -> None:
    told = wrong("copy --recipe recommendation --field shape=round").params
    assert (told["needed"], told["optional"]) == ("customer, product", "notes")


def test_near_names_are_found_by_title_too() -> None:
    assert near("社媒", [POST]) == ("social-post",)
    assert near("media post", [POST]) == ("social-post",)
    assert near("zzz", [POST]) == ()


@pytest.mark.parametrize("text", ["recipes", "Recipes", "配方", "recipes."])
def test_the_list_is_asked_for(text: str) -> None:
    assert route(text, WITH, in_thread=False) == Recipes()


def test_the_list_is_searched() -> None:
    assert parse("recipes press release", WITH) == Recipes("press release")
    assert parse("配方 新闻", WITH) == Recipes("新闻")


_values = st.text(st.characters() | st.sampled_from("-—＝=\"'“”「」"), max_size=30).map(
    lambda text: " ".join(clean(text).split())
)


@settings(max_examples=60, deadline=None)
@given(_values.filter(lambda value: bool(value) and clean(value) == value and not set('"“”‟＂') & set(value)))
def test_what_is_quoted_for_a_field_arrives(value: str) -> None:
    text = f"copy --recipe recommendation --field product={quoted(value)} --field customer=Ada"
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    work = asked(escaped).work
    assert isinstance(work, FromRecipe)
    assert dict(work.fields)["product"] == value
