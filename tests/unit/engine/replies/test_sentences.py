"""Sentences: English and Chinese, with the marks of their sources, and nothing lost between them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.replies.sentences import joined, pieces


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Within 30 days. [1] Then write to us [2].", ["Within 30 days. [1]", "Then write to us [2]."]),
        ("可以退货。[1]请在30天内寄回！好吗？", ["可以退货。[1]", "请在30天内寄回！", "好吗？"]),
        ("Version 2.5 costs $1.50 today.", ["Version 2.5 costs $1.50 today."]),
        ("Use a tool, e.g. a key. Ask Mr. Li.", ["Use a tool, e.g. a key.", "Ask Mr. Li."]),
        ("It is order no. 1042. Thanks.", ["It is order no. 1042.", "Thanks."]),
        ("No. You cannot.", ["No.", "You cannot."]),
        ("1. Open it.\n2. Close it.", ["1. Open it.", "2. Close it."]),
        ("Hi,\n\nyes", ["Hi,", "yes"]),
        ("", []),
    ],
)
def test_where_sentences_end(text: str, found: list[str]) -> None:
    assert [piece.text for piece in pieces(text)] == found


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(["A", "b 1", ".", "。", " ", "\n", "!", "[1]", "e.g.", "“", "”"]), max_size=12).map(
        "".join
    )
)
def test_together_they_are_the_text_again(text: str) -> None:
    assert joined(pieces(text)) == text.strip()
