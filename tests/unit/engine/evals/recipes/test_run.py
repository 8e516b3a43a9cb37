"""The recipes' evaluation: what is asked, and what is counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.domain.filling import fill
from engine.domain.recipe import Shape, Span
from engine.domain.request import Kind
from engine.errors import ConfigurationError
from engine.evals.recipes.report import tables, to_json
from engine.evals.recipes.run import Report, Wish, Writer, Written, inputs
from engine.recipes import measures
from engine.recipes.book import shipped
from tests.fakes import FakeSafety
from tests.unit.engine.recipes.cards import field, recipe
from tests.unit.engine.steps.test_recipes import Scripted

NOTE = recipe(Shape(words=Span(most=3), must_mention=("{topic}",)), field("topic"))


def test_every_text_recipe_is_asked_for_in_both_languages_and_for_other_things_than_its_examples() -> None:
    by_name = {each.name: each for each in shipped()}
    wishes = list(inputs(by_name))
    written = [each.name for each in shipped() if each.kind is Kind.COPY]
    assert [wish.recipe.name for wish in wishes] == [name for name in written for _ in ("en", "zh")]
    for wish in wishes:
        shown = [fill(wish.recipe, dict(example.fields))[0] for example in wish.recipe.examples]
        assert wish.fields not in shown
    langs = [measures.language("\n".join(dict(wish.fields).values())) for wish in wishes]
    assert langs == ["en", "zh"] * len(written)


def written(*texts: str) -> Written:
    return Writer(Scripted(texts=list(texts)), FakeSafety()).written(Wish(NOTE, (("topic", "tea"),)))


def test_each_moment_is_judged_by_itself() -> None:
    assert written("Hot tea.") == Written("note", "en")
    assert written("Hot tea now. And milk.") == Written("note", "en", at_once=("too_many_words",))
    missing = ("not_mentioned",)
    assert written("Hot milk.", "Hot tea.") == Written("note", "en", at_once=missing, mended=missing)
    assert written("Hot milk.", "Cold milk.") == Written("note", "en", missing, missing, missing)
    assert written("It is forbidden.") == Written("note", "en", refused="company-rule")
    assert written("") == Written("note", "en", refused="empty")


def test_shares_are_of_all_texts_and_the_refused_are_no_successes() -> None:
    texts = (
        Written("ad", "en"),
        Written("ad", "zh", at_once=("no_section",), mended=("no_section",), at_last=("no_section",)),
        Written("post", "en", at_once=("too_many_words",)),
        Written("post", "zh", refused="violence"),
    )
    (table,) = tables(Report("small", texts))
    assert [row[0] for row in table.rows] == ["ad", "post", "all, en", "all, zh", "all"]
    assert table.rows[0] == ("ad", "small", "2", "50%", "50%", "50%", "no_section")
    assert table.rows[1] == ("post", "small", "2", "0%", "50%", "50%", "refused: 1")
    assert table.rows[-1][2:6] == ("4", "25%", "50%", "50%")
    figures = to_json(Report("small", texts))
    assert figures["command"] == "eval recipes"
    assert len(figures["texts"]) == 4


def test_an_input_that_does_not_fit_its_recipe_is_told() -> None:
    by_name = {each.name: replace(each, fields=()) for each in shipped()}
    with pytest.raises(ConfigurationError, match="post: "):
        list(inputs(by_name))
