"""A draft keeps what its sources or the thread support, and not a figure more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.replies.figures import figures
from engine.replies.grounding import Sources, ground, stated
from tests.support.threads import QUESTION, RETURNS, RETURNS_ZH

SOURCES = Sources((QUESTION.text,), {1: RETURNS.text})
CHINESE = Sources(("订单A-1042的灯可以退吗？",), {1: RETURNS_ZH.text})


@pytest.mark.parametrize(
    "sentence",
    [
        "You can return the unused lamp within 30 days of delivery [1].",
        "We pay the refund within five working days [1].",
        "Your order A-1042 was bought two weeks ago.",
        "Write to returns@acme.example for a label [1].",
    ],
)
def test_what_a_source_or_the_thread_says_stays(sentence: str) -> None:
    grounded = ground(sentence, SOURCES)
    assert (grounded.share, grounded.removed) == (1.0, 0)


@pytest.mark.parametrize(
    "sentence",
    [
        "You can return the lamp within 60 days of delivery [1].",
        "Your order B-1042 can be returned within 30 days [1].",
        "The refund is paid on 3 December [1].",
        "Write to help@acme.example for a label [1].",
        "See https://acme.example/returns [1].",
        "You cannot return an unused lamp [1].",
        "We add a free voucher to say sorry.",
        "Our technicians are certified and friendly [1].",
        "The refund goes to [your account number].",
    ],
)
def test_what_nobody_said_goes(sentence: str) -> None:
    grounded = ground(f"Hello,\n\n{sentence}", SOURCES)
    assert (grounded.text, grounded.share, grounded.removed) == ("Hello,", 0.0, 1)


@pytest.mark.parametrize(
    "sentence",
    [
        "Hi there,",
        "Thanks for your message!",
        "I'm sorry about the trouble.",
        "Could you send us a photo?",
        "If anything is unclear, just reply here.",
        "Best wishes",
        "您好！",
        "感谢您的留言。",
        "如有其他疑问，欢迎随时与我们联系。",
    ],
)
def test_greetings_thanks_and_questions_state_nothing(sentence: str) -> None:
    grounded = ground(sentence, SOURCES)
    assert (grounded.text, grounded.share) == (sentence, None)


@pytest.mark.parametrize("greeting", ["Hi John,", "Dear Ms Miller,", "王先生您好！", "Thanks, your 3 orders are safe!"])
def test_a_greeting_names_nobody_and_nothing_that_the_thread_does_not(greeting: str) -> None:
    assert ground(f"{greeting}\nYes?", SOURCES).text == "Yes?"
    assert ground(greeting, Sources((f"I am {greeting}",))).text == greeting


def test_chinese_is_checked_by_pairs_of_characters() -> None:
    draft = "您好！\n未使用的灯具签收后30天内可以退货。[1]退款5个工作日内到账。[1]我们还会免费上门取件。[1]"
    grounded = ground(draft, CHINESE)
    assert grounded.text == "您好！\n未使用的灯具签收后30天内可以退货。退款5个工作日内到账。[1]"
    assert (grounded.stated, grounded.supported) == (3, 2)


def test_a_sentence_gets_the_mark_of_what_supports_it_and_loses_others() -> None:
    grounded = ground("An unused lamp can be returned within 30 days of delivery [7].", SOURCES)
    assert grounded.text == "An unused lamp can be returned within 30 days of delivery. [1]"
    assert grounded.cited == (1,)


def test_a_mark_at_the_end_of_a_paragraph_is_for_all_of_it() -> None:
    draft = "You can return an unused lamp within 30 days of delivery. The refund is paid within 5 working days. [1]"
    assert ground(draft, SOURCES).text == draft


def test_a_point_states_what_its_heading_says_of_it() -> None:
    points = replace(RETURNS, heading="Returns › What cannot be returned", text="- Engraved lamps\n- Gift cards")
    assert stated(points) == (
        "What cannot be returned:\nWhat cannot be returned: Engraved lamps\nWhat cannot be returned: Gift cards"
    )
    assert stated(replace(points, canned=True)) == points.text
    sources = Sources((), {1: stated(points)})
    assert ground("Gift cards cannot be returned [1].", sources).share == 1.0
    assert ground("Gift cards can be returned [1].", sources).share == 0.0


def test_in_another_language_a_cited_sentence_stands_by_its_figures_or_by_its_meaning() -> None:
    draft = "You can return it within 30 days [1]. You can return it within 90 days [1]. We like turtles."
    assert ground(draft, CHINESE).text == "You can return it within 30 days. [1]"
    assert ground("You can return it within 30 days [1].", CHINESE, lambda text, others: 0.2).text == ""
    assert ground("You can return it within 30 days.", CHINESE, lambda text, others: 0.9).cited == (1,)


_PARTS = (
    "return|the|lamp|within|30|60|days|[1]|refund|A-1042|B-77|ten|Monday|3 May|a@b.example|https://x.example/y|三十天|5|is|"
    "paid|Hi|thanks|?|.|。|\n|退货"
)
_WORDS = st.sampled_from(_PARTS.split("|"))


@settings(deadline=None, max_examples=150)
@given(st.lists(_WORDS, max_size=14).map(" ".join))
def test_a_grounded_draft_has_no_figure_that_its_sources_do_not_have(draft: str) -> None:
    known = figures(QUESTION.text) | figures(RETURNS.text)
    assert figures(ground(draft, SOURCES).text) <= known
