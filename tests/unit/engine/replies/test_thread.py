"""What a customer's thread asks."""

from __future__ import annotations

import pytest

from engine.domain.work import Said
from engine.replies.thread import customers_language, last_question, only_thanks, order_number, questions

LAMP = Said("C", "My lamp is broken.")
SORRY = Said("A", "Sorry! Which order?", by_agent=True)
ORDER = Said("C", "订单号是 A-1042")
WHEN = Said("C", "什么时候能换？")


def test_the_question_is_the_last_of_the_customers_messages_in_a_row() -> None:
    assert last_question((LAMP, SORRY, ORDER, WHEN)) == (ORDER, WHEN)
    assert last_question((LAMP, SORRY)) == (LAMP,), "also where an agent has answered"
    assert last_question((SORRY,)) == ()


def test_it_is_asked_alone_then_with_all_that_the_customer_wrote() -> None:
    asked = ("订单号是 A-1042 什么时候能换？ urgent", "My lamp is broken. 订单号是 A-1042 什么时候能换？ urgent")
    assert questions((LAMP, SORRY, ORDER, WHEN), "urgent") == asked
    assert questions((LAMP,)) == ("My lamp is broken.",), "once, where both are the same"
    assert questions((SORRY,)) == ()


def test_the_customers_language_is_that_of_their_newest_words() -> None:
    assert customers_language((LAMP, SORRY, WHEN)) == "zh"
    assert customers_language((LAMP, Said("C", "1042"))) == "en"
    assert customers_language(()) == "en"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("order A-1042", "A-1042"),
        ("Order no. 123456.", "123456"),
        ("my order number is #5521", "5521"),
        ("订单号是AB-99120，谢谢", "AB-99120"),
        ("see #77120", "77120"),
        ("I order in 2024", ""),
        ("about 3000 lamps", ""),
    ],
)
def test_order_numbers(text: str, number: str) -> None:
    assert order_number((Said("C", text),)) == number


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("Thanks a lot!", True),
        ("Hi, thank you. Have a nice day!", True),
        ("好的，谢谢！", True),
        ("Thanks! And when does it arrive?", False),
        ("Thanks, but the lamp is still broken.", False),
        ("Hello.", False),
    ],
)
def test_a_customer_who_only_thanks(text: str, only: bool) -> None:
    assert only_thanks((LAMP, SORRY, Said("C", text))) is only
