"""Replies without a model: what the company wrote, between a greeting and an ending, in the customer's language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.domain.knowledge import Hit, Passage
from engine.domain.work import Said
from engine.replies.grounding import Sources, ground
from engine.replies.quoting import clarify, quote, sentences
from engine.replies.style import Style, Tone
from tests.support.threads import QUESTION, RETURNS, RETURNS_ZH, hits

FRIENDLY = Style(Tone.FRIENDLY, "en")
CHINESE = Said("U0CUST", "订单A-1042的灯怎么退货？")
LONG = replace(
    RETURNS,
    id="p9",
    text="We make lamps. All lamps are tested. A lamp from an order can be sent back in its box. Keep the receipt. "
    "Our office is in York. The office opens at nine.",
)


def test_a_reply_in_english() -> None:
    quoted = quote((QUESTION,), hits(RETURNS, RETURNS_ZH), FRIENDLY)
    assert quoted is not None
    assert quoted.text == (
        "Hi there,\n\n"
        "Thanks for your message about order A-1042! Here is what applies:\n\n"
        "You can return an unused lamp within 30 days of delivery. The refund is paid within 5 working days. "
        "Write to returns@acme.example for a label. [1]\n\n"
        "If anything is unclear, just reply here and I'll gladly help.\n\n"
        "Best wishes"
    )
    assert [(c.number, c.passage) for c in quoted.sources] == [(1, RETURNS)]
    assert not quoted.foreign


def test_a_reply_in_chinese_quotes_the_chinese_passage_even_where_it_was_found_second() -> None:
    quoted = quote((CHINESE,), hits(RETURNS, RETURNS_ZH), Style(Tone.FORMAL, "zh"))
    assert quoted is not None
    assert quoted.text == (
        "尊敬的客户：\n\n"
        "您好！感谢您就订单 A-1042 与我们联系。关于您的问题，现答复如下：\n\n"
        "未使用的灯具可在签收后30天内退货。退款将在5个工作日内到账。[1]\n\n"
        "如有其他疑问，欢迎随时与我们联系。\n\n"
        "此致\n敬礼"
    )


def test_where_no_passage_is_in_the_customers_language_it_says_so_and_quotes_what_there_is() -> None:
    quoted = quote((CHINESE,), hits(RETURNS), Style(Tone.BRIEF, "zh", 1))
    assert quoted is not None
    assert quoted.foreign
    assert "within 30 days" in quoted.text


def test_the_sentences_that_share_most_with_the_question_are_quoted() -> None:
    quoted = quote((QUESTION,), hits(LONG), replace(FRIENDLY, level=1))
    assert quoted is not None
    assert "A lamp from an order can be sent back in its box." in quoted.text
    assert "York" not in quoted.text


@pytest.mark.parametrize(("level", "count"), [(0, 1), (1, 2), (2, 3), (3, 5)])
def test_shorter_and_longer_are_fewer_and_more_sentences(level: int, count: int) -> None:
    quoted = quote((QUESTION,), hits(LONG), replace(FRIENDLY, level=level))
    assert quoted is not None
    assert sum(sentence in quoted.text for sentence in sentences(LONG.text)) == count


def test_a_second_passage_is_quoted_if_it_is_nearly_as_good_and_speaks_of_more_of_the_question() -> None:
    asked = Said("C", "Can I send the lamp back, and is there a warranty?")
    other = replace(RETURNS, id="p3", heading="Warranty", text="It is two years.")
    beside = replace(RETURNS, id="p4", heading="Colours", text="There are three of them.")
    quoted = quote((asked,), hits(RETURNS, replace(RETURNS, id="p2"), beside, other), FRIENDLY)
    assert quoted is not None
    assert [citation.passage.id for citation in quoted.sources] == ["p1", "p3"]
    poor = quote((asked,), (Hit(RETURNS, 0.9), Hit(other, 0.3)), FRIENDLY)
    assert poor is not None
    assert len(poor.sources) == 1


def test_a_poor_passage_in_the_customers_language_does_not_take_the_place_of_a_good_one() -> None:
    quoted = quote((CHINESE,), (Hit(RETURNS, 0.9), Hit(RETURNS_ZH, 0.3)), Style(Tone.FRIENDLY, "zh"))
    assert quoted is not None
    assert (quoted.foreign, quoted.sources[0].passage.id) == (True, "p1")


def test_a_further_passage_in_another_language_must_be_nearly_as_good() -> None:
    other = replace(RETURNS, id="p3", text="We have been in York since 1990.")
    for score, count in ((0.85, 2), (0.7, 1)):
        quoted = quote((CHINESE,), (Hit(RETURNS, 0.9), Hit(other, score)), Style(Tone.FRIENDLY, "zh"))
        assert quoted is not None
        assert len(quoted.sources) == count


def test_rows_of_a_table_stand_on_lines_of_their_own() -> None:
    rows = replace(RETURNS, text="Part: battery; price: 20 euros\nPart: lamp probe; price: 26 euros")
    quoted = quote((QUESTION,), hits(rows), FRIENDLY)
    assert quoted is not None
    assert "Part: battery; price: 20 euros\nPart: lamp probe; price: 26 euros [1]" in quoted.text


def test_points_stand_under_their_heading() -> None:
    listed = replace(RETURNS, heading="Returns › What cannot be returned", text="- engraved lamps\n- gift cards")
    quoted = quote((QUESTION,), hits(listed), FRIENDLY)
    assert quoted is not None
    assert "What cannot be returned:\n- engraved lamps\n- gift cards [1]" in quoted.text


def test_an_answer_that_an_agent_saved_is_quoted_whole_without_its_greetings() -> None:
    sent = (
        "Hi there,\n\nThanks for your message! Here is what applies:\n\nBring the lamp to any shop. "
        "No receipt is needed.\n\nIf anything is unclear, just reply here.\n\nBest wishes"
    )
    quoted = quote((QUESTION,), hits(replace(RETURNS, text=sent, canned=True)), replace(FRIENDLY, level=0))
    assert quoted is not None
    assert "\n\nBring the lamp to any shop. No receipt is needed. [1]\n\n" in quoted.text
    assert quoted.text.count("Hi there") == 1


def test_a_complaint_is_met_with_an_apology() -> None:
    broken = Said("C", "My lamp arrived broken.")
    quoted = quote((broken,), hits(RETURNS), FRIENDLY)
    assert quoted is not None
    assert "I'm sorry about the trouble." in quoted.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Returns\n\nSend it **back** in `30` days.", ["Send it back in 30 days."]),
        ("Q: Can I return it?\nA: Yes, within 30 days.", ["Yes, within 30 days."]),
        ("问：可以退货吗？\n答：可以，30天内。", ["可以，30天内。"]),
        ("See [our page](https://acme.example/r).", ["See our page (https://acme.example/r)."]),
        ("| a | b |\n|---|---|\n| 1 | 2 |", []),
        ("- Open the lid.\n- Fill it.", ["- Open the lid.", "- Fill it."]),
    ],
)
def test_a_passage_is_said_without_its_markdown(text: str, said: list[str]) -> None:
    assert sentences(text) == said


def test_nothing_to_quote_is_no_reply() -> None:
    assert quote((QUESTION,), (), FRIENDLY) is None
    assert quote((QUESTION,), hits(Passage("p", "d", "v", "t", "| a |")), FRIENDLY) is None


@pytest.mark.parametrize("tone", Tone)
@pytest.mark.parametrize("message", [QUESTION, CHINESE, Said("C", "Hello?"), Said("C", "在吗")], ids=range(4))
def test_where_nothing_was_found_it_says_so_asks_and_states_nothing(tone: Tone, message: Said) -> None:
    text = clarify((message,), Style(tone, "zh" if "订" in message.text or "在" in message.text else "en"))
    assert "?" in text or "？" in text
    assert ground(text, Sources((message.text,))).removed == 0, text
