"""A question and a passage become one text that e5 can read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.models.answering.pairs import BEGIN, END, MOST_TOKENS, QUESTION_TOKENS, pair

IDS = st.lists(st.integers(3, 100), max_size=600)


def test_both_stand_between_their_marks() -> None:
    assert pair([5, 6], [7]) == [BEGIN, 5, 6, END, END, 7, END]


@given(question=IDS, passage=IDS)
def test_what_is_longer_loses_its_end(question: list[int], passage: list[int]) -> None:
    ids = pair(question, passage)
    asked = question[:QUESTION_TOKENS]
    assert len(ids) <= MOST_TOKENS
    assert ids[: len(asked) + 3] == [BEGIN, *asked, END, END]
    assert ids[len(asked) + 3 : -1] == passage[: MOST_TOKENS - len(asked) - 4]
    assert ids[-1] == END
