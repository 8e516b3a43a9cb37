"""Each check: what passes it, and what it says of what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.recipe import Format, Section, Shape, Span, Words
from engine.recipes import measures
from engine.recipes.checks import mentions, shortfalls
from tests.unit.engine.recipes.cards import field, recipe

TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |"
HEADLINE = Section(Words("Headline", "标题"), characters=Span(most=12))
STEPS = Section(Words("Steps", "步骤"), items=Span(2, 3))


def codes(shape: Shape, text: str, lang: str = "en", **values: str) -> list[str]:
    made = recipe(shape, *(field(name) for name in values))
    return [found.code for found in shortfalls(made, values, text, lang)]


@pytest.mark.parametrize(
    ("shape", "text", "lang", "code"),
    [
        (Shape(words=Span(most=2)), "one two three", "en", "too_many_words"),
        (Shape(words=Span(least=4)), "one two three", "en", "too_few_words"),
        (Shape(words=Span(most=2)), "你好你好", "zh", ""),
        (Shape(han_characters=Span(most=3)), "你好 你好", "zh", "too_many_han_characters"),
        (Shape(han_characters=Span(least=5)), "你好 你好", "zh", "too_few_han_characters"),
        (Shape(characters=Span(most=3)), "four", "en", "too_many_characters"),
        (Shape(x_characters=Span(most=7)), "你好你好", "zh", "too_many_x_characters"),
        (Shape(hashtags=Span(most=0)), "a #b", "en", "too_many_hashtags"),
        (Shape(hashtags=Span(least=1)), "a b", "en", "too_few_hashtags"),
        (Shape(format=Format.BULLETS), "a\nb", "en", "no_list"),
        (Shape(format=Format.BULLETS, items=Span(least=3)), "- a\n* b", "en", "too_few_items"),
        (Shape(format=Format.BULLETS, items=Span(2, 2)), "Two:\n- a\n2. b", "en", ""),
        (Shape(format=Format.BULLETS, items=Span(2, 2)), "- 一\n（2）二", "zh", ""),
        (Shape(format=Format.TABLE), "a | b", "en", "no_table"),
        (Shape(format=Format.TABLE, items=Span(most=1)), TABLE, "en", "too_many_rows"),
        (Shape(format=Format.TABLE, items=Span(2, 2)), TABLE, "en", ""),
        (Shape(format=Format.EMAIL), "Hello,\n\nyes", "en", "no_subject"),
        (Shape(format=Format.EMAIL), "Subject: yes\n\n", "en", "no_body"),
        (Shape(format=Format.EMAIL), "主题：好\n\n您好", "zh", ""),
        (Shape(format=Format.EMAIL), "**Subject:** yes\n\nHello", "en", ""),
        (Shape(format=Format.JSON), "{", "en", "no_json"),
        (Shape(format=Format.JSON), "[1]", "en", "no_json"),
        (Shape(format=Format.JSON, keys=("a", "b")), '{"a": 1}', "en", "no_key"),
        (Shape(format=Format.JSON, keys=("a",)), '```json\n{"a": 1}\n```', "en", ""),
        (Shape(sections=(HEADLINE,)), "Buy now", "en", "no_section"),
        (Shape(sections=(HEADLINE,)), "Headline:", "en", "no_section"),
        (Shape(sections=(HEADLINE,)), "Headline: all of it, now", "en", "section_too_many_characters"),
        (Shape(sections=(HEADLINE,)), "**Headline:** now", "en", ""),
        (Shape(sections=(HEADLINE,)), "## Headline\nnow", "en", ""),
        (Shape(sections=(HEADLINE,)), "【标题】现在", "zh", "no_section"),
        (Shape(sections=(HEADLINE,)), "标题：现在", "zh", ""),
        (Shape(sections=(STEPS,)), "Steps:\n1. go", "en", "section_too_few_items"),
        (Shape(sections=(HEADLINE, STEPS)), "Headline: go\nSteps:\n1. go\n2. come", "en", ""),
        (Shape(must_mention=("tea",)), "a team", "en", "not_mentioned"),
        (Shape(must_mention=("tea",)), "Tea!", "en", ""),
        (Shape(must_not_claim=("No. 1",)), "we are no. 1", "en", "claimed"),
        (Shape(must_not_claim=("最佳",)), "全城最佳选择", "zh", "claimed"),
        (Shape(flesch_least=60), "Administrative applicability necessitates determination.", "en", "hard_to_read"),
        (Shape(flesch_least=60), "Administrative applicability necessitates determination.", "de", ""),
        (Shape(sentence_most=5), "天黑了灯就自己暗下来。", "zh", "long_sentences"),
        (Shape(), "天黑了", "en", "other_language"),
        (Shape(), "dark", "zh", "other_language"),
        (Shape(), "dark", "de", ""),
    ],
)  # fmt: skip
def test_a_check_says_what_is_missing_and_nothing_else(shape: Shape, text: str, lang: str, code: str) -> None:
    assert codes(shape, text, lang) == ([code] if code else [])


def test_what_a_field_holds_must_be_mentioned_where_it_was_filled_in() -> None:
    shape = Shape(must_mention=("{product}", "{sender}"))
    made = recipe(shape, field("product"), field("sender", required=False))
    (missing,) = shortfalls(made, {"product": "Lumen lamp"}, "A lamp.", "en")
    assert (missing.code, missing.params) == ("not_mentioned", {"what": "Lumen lamp"})
    assert shortfalls(made, {"product": "Lumen lamp"}, "The lumen  lamp.", "en") == ()


def test_a_disclaimer_is_asked_for_in_the_language_of_the_text() -> None:
    made = recipe(Shape(), disclaimer=Words("No advice.", "仅供参考。"))
    assert [found.params for found in shortfalls(made, {}, "你好", "zh")] == [{"what": "仅供参考。"}]
    assert shortfalls(made, {}, "Hello. No advice.", "en") == ()


def test_a_shape_by_the_value_of_a_choice_is_used_for_that_value() -> None:
    made = replace(
        recipe(Shape(words=Span(most=9)), field("platform")),
        shapes={"x": Shape(words=Span(most=1))},
        shaped_by="platform",
    )
    assert shortfalls(made, {"platform": "other"}, "one two", "en") == ()
    assert shortfalls(made, {"platform": "x"}, "one two", "en")


@settings(deadline=None, max_examples=60)
@given(st.text("ab #-.|:\n你好1", max_size=80), st.integers(0, 20), st.integers(0, 20))
def test_a_length_check_is_what_was_counted(text: str, least: int, most: int) -> None:
    found = set(codes(Shape(words=Span(least, most)), text, "de"))
    count = measures.words(text)
    assert ("too_many_words" in found, "too_few_words" in found) == (count > most, count < least)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60), st.sampled_from(Format))
def test_whatever_a_model_writes_can_be_checked(text: str, form: Format) -> None:
    shape = Shape(form, Span(1, 2), sections=(HEADLINE,), must_mention=("你好 {a}",), must_not_claim=("*", "a b"))
    codes(shape, text, "en", a="(")


@settings(deadline=None, max_examples=40)
@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20))
def test_what_stands_between_spaces_is_mentioned(phrase: str) -> None:
    assert mentions(f"before {phrase} after", phrase)
