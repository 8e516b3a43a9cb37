"""Mending without a model: only what helps stays, and nothing else is said."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.recipe import Shape, Span, Words
from engine.domain.voice import NO_VOICE, Disclaimer, Term, Voice
from engine.recipes.demands import Demands
from engine.recipes.mending import mended
from tests.unit.engine.recipes.cards import field, recipe

VOICE = Voice(
    glossary=(Term(Words("Lumen", "流明"), ("LUMEN", "露门")),),
    forbidden=("world-class",),
    disclaimers=(Disclaimer(Words("Prices include VAT.", "价格含税。"), ("EUR", "元")),),
)


FREE = Shape()


def demands(shape: Shape = FREE, lang: str = "en", voice: Voice = NO_VOICE) -> Demands:
    return Demands(lang, recipe(shape), voice=voice)


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert mended("One. Two.", demands(Shape(words=Span(most=2)))) == "One. Two."


def test_a_long_text_ends_with_the_last_sentence_that_fits() -> None:
    text = "One two three. Four five six! Seven eight nine."
    assert mended(text, demands(Shape(words=Span(most=7)))) == "One two three. Four five six!"
    assert (
        mended("天黑了。灯暗了。睡吧，晚安。", demands(Shape(han_characters=Span(most=9)), "zh")) == "天黑了。灯暗了。"
    )


def test_hashtags_stay_when_a_text_is_cut() -> None:
    text = "One two three. Four five six.\n\n#tea"
    assert mended(text, demands(Shape(characters=Span(most=24)))) == "One two three.\n\n#tea"


def test_a_text_that_would_lose_most_of_itself_is_not_cut() -> None:
    text = "One. Two three four five six seven eight nine ten eleven twelve."
    assert mended(text, demands(Shape(words=Span(most=3)))) == text


def test_a_cut_that_takes_away_what_must_be_mentioned_is_no_gain() -> None:
    text = "One two three. Four five tea."
    assert mended(text, demands(Shape(words=Span(most=4), must_mention=("tea",)))) == text


def test_hashtags_beyond_the_limit_go_the_last_first() -> None:
    assert mended("Tea. #a #b #c", demands(Shape(hashtags=Span(most=2)))) == "Tea. #a #b"
    assert mended("Tea. #a", demands(Shape(hashtags=Span(most=0)))) == "Tea."
    assert mended("Try #tea and #milk now. #a", demands(Shape(hashtags=Span(most=1)))) == "Try #tea and milk now."


def test_words_are_spelt_as_the_glossary_says_where_capitals_count() -> None:
    assert mended("LUMEN, LUMENS and lumen", demands(voice=VOICE)) == "Lumen, LUMENS and lumen"
    assert mended("露门台灯", demands(lang="zh", voice=VOICE)) == "流明台灯"


def test_disclaimers_stand_at_the_end_where_they_apply_and_leave_room_for_themselves() -> None:
    assert mended("It is EUR 5.", demands(voice=VOICE)) == "It is EUR 5.\n\nPrices include VAT."
    assert mended("It is free.", demands(voice=VOICE)) == "It is free."
    long = "It is EUR 5. It is red and round. It is here."
    assert mended(long, demands(Shape(words=Span(most=12)), voice=VOICE)) == (
        "It is EUR 5. It is red and round.\n\nPrices include VAT."
    )


def test_who_signs_a_text_stands_under_it_where_a_check_asks_for_it() -> None:
    made = recipe(Shape(must_mention=("{sender}",)), field("sender"), field("note"))
    signed = replace(made, closing=(Words("Yours, {sender}", "{sender} 敬上"), Words("{note}", "{note}")))
    held = Demands("en", signed, {"sender": "Mia"})
    assert mended("Hot tea.", held) == "Hot tea.\n\nYours, Mia"
    assert mended("Hot tea. Mia", held) == "Hot tea. Mia"
    assert mended("Hot tea.", Demands("en", replace(signed, shape=Shape()), {"sender": "Mia"})) == "Hot tea."


def test_what_needs_a_model_is_left_and_said() -> None:
    held = demands(voice=VOICE)
    assert mended("A world-class tea.", held) == "A world-class tea."
    assert [found.code for found in held.shortfalls("A world-class tea.")] == ["forbidden"]


@settings(deadline=None, max_examples=60)
@given(st.text("ab. #!\n天。", max_size=60), st.integers(0, 12), st.integers(0, 2))
def test_mending_never_makes_it_worse_and_is_done_at_once(text: str, most: int, tags: int) -> None:
    held = demands(Shape(words=Span(most=most), hashtags=Span(most=tags)), "de")
    once = mended(text, held)
    assert len(held.shortfalls(once)) <= len(held.shortfalls(text))
    assert len(once) <= len(text)
    assert mended(once, held) == once
