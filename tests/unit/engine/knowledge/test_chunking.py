"""Passages keep to a document's structure, and none is too long."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.knowledge.chunking import GOOD_TOKENS, MOST_TOKENS, chunk, tokens
from engine.knowledge.reading.blocks import Block, Content, Is

LONG = "A sentence of about ten words that says nothing new. " * 5


def heading(text: str, level: int) -> Block:
    return Block(Is.HEADING, text, level=level)


def paragraph(text: str) -> Block:
    return Block(Is.PARAGRAPH, text)


def test_no_passage_reaches_over_a_heading_and_each_knows_those_above_it() -> None:
    blocks = (
        heading("Returns", 1),
        paragraph("You have 30 days."),
        heading("Refunds", 2),
        paragraph("Within 5 days."),
        heading("Gifts", 2),
        paragraph("A voucher."),
        heading("Shipping", 1),
        paragraph("Two days."),
    )
    found = [(piece.heading, piece.text) for piece in chunk(Content(blocks), "Handbook")]
    assert found == [
        ("Returns", "You have 30 days."),
        ("Returns › Refunds", "Within 5 days."),
        ("Returns › Gifts", "A voucher."),
        ("Shipping", "Two days."),
    ]


def test_the_title_is_not_repeated_as_a_heading() -> None:
    blocks = (heading("Returns", 1), heading("Refunds", 2), paragraph("Within 5 days."))
    assert [piece.heading for piece in chunk(Content(blocks), "Returns")] == ["Refunds"]


def test_short_paragraphs_share_a_passage_and_long_ones_do_not() -> None:
    assert len(list(chunk(Content((paragraph("One."), paragraph("Two."))), ""))) == 1
    assert tokens(LONG) * 2 > GOOD_TOKENS
    assert len(list(chunk(Content((paragraph(LONG), paragraph(LONG))), ""))) == 2


def test_a_list_stays_with_the_paragraph_that_leads_to_it() -> None:
    items = tuple(Block(Is.ITEM, f"Step {number}: press the button and wait a moment.") for number in range(8))
    (piece,) = chunk(Content((paragraph("To reset the bottle:"), *items)), "")
    assert tokens(piece.text) > GOOD_TOKENS * 0.6
    assert piece.text.splitlines()[:2] == ["To reset the bottle:", "- Step 0: press the button and wait a moment."]


def test_an_answer_is_a_passage_of_its_own_under_its_question() -> None:
    blocks = (
        heading("FAQ", 1),
        Block(Is.ANSWER, "30 days.", question="How long may I return it?"),
        Block(Is.ANSWER, "可以。", question="可以刻字吗？"),
    )
    found = [(piece.heading, piece.text, piece.lang) for piece in chunk(Content(blocks), "FAQ")]
    assert found == [("How long may I return it?", "30 days.", "en"), ("可以刻字吗？", "可以。", "zh")]


def test_a_long_paragraph_is_cut_at_the_ends_of_sentences() -> None:
    sentences = [f"Sentence number {number} says that the bottle keeps water cold." for number in range(60)]
    pieces = list(chunk(Content((paragraph(" ".join(sentences)),)), ""))
    assert len(pieces) > 2
    assert all(piece.text.endswith(".") and piece.text.startswith("Sentence") for piece in pieces)
    assert " ".join(piece.text for piece in pieces) == " ".join(sentences)


def test_a_long_chinese_paragraph_is_cut_at_its_full_stops() -> None:
    text = "".join(f"第{number}句话说明这个水壶可以保温十二个小时。" for number in range(40))
    pieces = list(chunk(Content((paragraph(text),)), ""))
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text.endswith("。") and piece.lang == "zh" for piece in pieces)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.builds(Block, st.sampled_from([Is.PARAGRAPH, Is.ITEM, Is.ROW]), st.text(max_size=900)), max_size=6))
def test_whatever_comes_no_passage_is_too_long_and_no_word_is_lost(blocks: list[Block]) -> None:
    pieces = list(chunk(Content(tuple(blocks)), ""))
    assert all(tokens(piece.text) <= MOST_TOKENS + 2 for piece in pieces)
    told = "".join("".join(block.text.split()) for block in blocks)
    shown = "".join("".join(piece.text.removeprefix("- ").replace("\n- ", "\n").split()) for piece in pieces)
    assert told.replace("-", "") == shown.replace("-", "")
