"""An answer is kept for others without the customer for whom it was written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.work import Said
from engine.replies.keeping import kept_answer, kept_question

ASKED = Said("U9", "Hi, this is Anna Miller. Where is my order BX-4711? And can I return the lamp?\nThanks\nAnna")
GENERAL = "You can return any unused lamp within 30 days."


@pytest.mark.parametrize(
    "of_one",
    [
        "Your order BX-4711 was sent.",
        "We sent order 88231.",
        "The tracking number is 1234567890.",
        "It went to 12 Mill Lane.",
        "It went to Hauptstraße 12.",
        "It went to SW1A 2AA.",
        "We sent it to Joe Bloggs.",
        "The label was sent to anna@example.com.",
        "We called +49 30 1234567.",
        "As we told Anna, it is ready.",
        "Dear Mr Bloggs, it is ready.",
        "Your order was sent on 3 May.",
        "Your parcel arrived yesterday.",
        "Your refund is due on Monday.",
        "We refunded $45.90.",
        "您的订单已于5月3日发出。",
        "已寄到中山路12号。",
        "王先生，灯已修好。",
        "请拨打13812345678。",
    ],
)
def test_sentences_about_one_customer_are_not_kept(of_one: str) -> None:
    assert kept_answer(f"Hello,\n\n{of_one} {GENERAL}", [ASKED]) == f"Hello,\n\n{GENERAL}"


@pytest.mark.parametrize(
    "general",
    [
        GENERAL,
        "Your refund is paid within 5 working days.",
        "Parcels are delivered from Monday to Friday.",
        "Orders over $50 ship free.",
        "We open at 9.30 and close at 18.00.",
        "I am sorry that it came broken. We replace it free of charge.",
        "未使用的灯具可在签收后30天内退货。",
        "Press the ring for six seconds. Then it is off for good.",
    ],
)
def test_what_holds_for_everybody_is_kept(general: str) -> None:
    assert kept_answer(general, [ASKED]) == general


def test_an_answer_for_one_customer_alone_is_not_kept_at_all() -> None:
    assert kept_answer("Hi Anna,\n\nWe sent BX-4711 to 12 Mill Lane.\n\nBest wishes", [ASKED]) == ""


def test_a_question_keeps_what_it_asks_and_loses_who_asks() -> None:
    kept = kept_question(ASKED.text, [ASKED])
    assert "can I return the lamp?" in kept
    assert not any(of_one in kept for of_one in ("Anna", "Miller", "BX-4711"))
    asked = "我叫王芳，住中山路12号，电话13812345678，灯可以退吗？"
    kept = kept_question(asked, [Said("U9", asked)])
    assert "灯可以退吗？" in kept
    assert not any(of_one in kept for of_one in ("王芳", "中山路", "138"))


_PARTS = "Hi|Anna|Miller|,|.|?|\n|sent|to|12|Mill|Lane|BX-4711|a@b.example|+49|1234567|May|3|your|order|您的|订单|。| "


@settings(max_examples=60)
@given(st.lists(st.sampled_from(_PARTS.split("|")), max_size=25).map(" ".join))
def test_whatever_is_written_what_is_kept_is_kept_as_it_is(text: str) -> None:
    kept = kept_answer(text, [ASKED])
    assert kept_answer(kept, [ASKED]) == kept
    assert not any(of_one in kept for of_one in ("Anna", "Miller", "BX-4711", "@"))
