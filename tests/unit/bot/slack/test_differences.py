"""What differs between two texts: nothing is lost, nothing is made up, and nothing in it is markup."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.blockkit import checked_view
from bot.slack.blocks import dialog
from bot.slack.differences import MOST_UNITS, Change, Piece, differences, is_long, shown
from bot.slack.text import inert

words = st.lists(
    st.sampled_from(
        ["steel ", "for ", "life", "不锈", "钢", "，", ".", "\n", "don't ", "<!channel> ", "*b* ", "🚲", "  "]
    ),
    max_size=25,
).map("".join)


def readable(old: str, new: str) -> str:
    """With [-removed-] and {+added+}."""
    marks = {Change.KEPT: ("", ""), Change.REMOVED: ("[-", "-]"), Change.ADDED: ("{+", "+}")}
    return "".join(f"{marks[p.change][0]}{p.text}{marks[p.change][1]}" for p in differences(old, new))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("a blue steel bottle", "a red steel bottle", "a [-blue -]{+red +}steel bottle"),
        ("Steel for life.", "Steel, for all your life.", "Steel[-for -]{+, for all your +}life."),
        ("这是一个蓝色的水杯", "这是一个红色的水杯", "这是一个[-蓝-]{+红+}色的水杯"),
        ("please don't wait", "please don't hurry", "please don't [-wait-]{+hurry+}"),
        ("the same", "the same", "the same"),
        ("", "all new", "{+all new+}"),
        ("one two  three", "one two three", "one two three"),
    ],
)
def test_words_and_chinese_characters_are_compared(old: str, new: str, told: str) -> None:
    assert readable(old, new) == told


@settings(max_examples=60, deadline=None)
@given(words, words)
def test_what_is_kept_and_added_is_the_new_text_and_what_is_kept_and_removed_the_old(old: str, new: str) -> None:
    pieces = differences(old, new)
    assert "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == new
    before = "".join(piece.text for piece in pieces if piece.change is not Change.ADDED)
    assert before.replace(" ", "") == old.replace(" ", "")
    assert all(piece.text for piece in pieces)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(Piece, st.sampled_from(Change), st.text(min_size=1, max_size=4_000)), max_size=4))
def test_slack_takes_what_is_shown_and_all_of_it_is_plain_text(pieces: list[Piece]) -> None:
    blocks = shown(pieces)
    checked_view(dialog("c", ("t", "close"), "", blocks), "modal")
    elements = [element for block in blocks for part in block["elements"] for element in part["elements"]]
    assert {element["type"] for element in elements} <= {"text"}
    told = "".join(element["text"] for element in elements)
    assert told.replace(" ", "") == "".join(inert(piece.text) for piece in pieces).replace(" ", "")


def test_removed_words_are_crossed_out_and_added_ones_bold() -> None:
    (block,) = shown(differences("a blue bottle of steel", "a red bottle of steel"))
    styles = [element.get("style") for element in block["elements"][0]["elements"]]
    assert styles == [None, {"strike": True}, {"bold": True}, None]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("made for long days.", "made for early starts.", ["made for ", "long days", " early starts", "."]),
        ("蓝色的", "红色的", ["蓝", "红", "色的"]),
    ],
)
def test_words_that_are_replaced_do_not_run_into_each_other(old: str, new: str, told: list[str]) -> None:
    (block,) = shown(differences(old, new))
    assert [element["text"] for element in block["elements"][0]["elements"]] == told


def test_of_very_long_texts_the_beginning_is_compared() -> None:
    long = "word " * (MOST_UNITS + 1)
    assert is_long(long)
    assert not is_long("word " * MOST_UNITS)
    assert sum(piece.text.count("word") for piece in differences(long, long)) == MOST_UNITS
