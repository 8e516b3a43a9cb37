"""Words that passages are found by."""

from __future__ import annotations

import pytest

from engine.knowledge.words import asked, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Returns and returned", ["return", "and", "return"]),
        ("退货政策", ["退货", "货政", "政策"]),
        ("水", ["水"]),
        ("用iPhone付款", ["用", "iphon", "付款"]),
        ("the X-200 or x200", ["the", "x200", "x", "200", "or", "x200"]),
        ("ＡＢＣ１２", ["abc12"]),
        ("don't stop_it", ["don", "t", "stop", "it"]),
        ("", []),
    ],
)
def test_a_text_has_stems_numbers_and_bigrams(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_a_question_is_what_it_is_about() -> None:
    assert asked("How many days do I have to return it, return it?") == ["day", "return"]
    assert asked("请问你们可以退货吗") == ["问你", "们可", "以退", "退货", "货吗"]


def test_a_question_of_nothing_but_small_words_keeps_them() -> None:
    assert asked("Who are you?") == ["who", "are", "you"]
