"""What is counted on a text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.recipes import measures


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("two words", 2),
        ("it's one-off", 2),
        ("你好，世界", 4),
        ("买 iPhone 吗", 3),
        ("12.5 %", 1),
        ("- dash", 1),
    ],
)
def test_words(text: str, count: int) -> None:
    assert measures.words(text) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [("abc", 3), ("你好", 4), ("see https://example.com/a/very/long/address?with=query", 27), ("“a”", 3), ("é", 1),
     ("👍", 2), ("👍🏽", 2), ("ｗ", 2)],
)  # fmt: skip
def test_length_as_x_counts_it(text: str, count: int) -> None:
    assert measures.x_characters(text) == count


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#one and #two.", ["#one", "#two"]),
        ("we are #1", []),
        ("see a.example/#part", []),
        ("＃话题 #居家办公", ["＃话题", "#居家办公"]),
    ],
)
def test_hashtags(text: str, found: list[str]) -> None:
    assert measures.hashtags(text) == found


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("water", 2), ("like", 1), ("liked", 1), ("wanted", 2), ("table", 2), ("beautiful", 3), ("I'm", 1),
     ("rhythm", 1), ("the", 1), ("boxes", 2), ("company's", 3)],
)  # fmt: skip
def test_syllables(word: str, count: int) -> None:
    assert measures.syllables(word) == count


def test_a_plain_text_reads_easier_than_an_official_one() -> None:
    plain = "The lamp dims in the evening. It runs for ten hours. You can take it with you."
    official = (
        "Notwithstanding the aforementioned provisions, the applicability of supplementary administrative regulations "
        "remains contingent upon individual determination by the responsible authorities."
    )
    assert measures.flesch(plain) > 80
    assert measures.flesch(official) < 0


def test_short_chinese_sentences_are_told_from_long_ones() -> None:
    assert measures.sentence_length("天黑了。灯暗下来。") == 3.5
    assert measures.sentence_length("") == 0


@pytest.mark.parametrize(
    ("text", "lang"), [("Hello", "en"), ("你好", "zh"), ("买一台 iPhone 手机", "zh"), ("12 %", "")]
)
def test_which_language_a_text_is_measured_in(text: str, lang: str) -> None:
    assert measures.language(text) == lang


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=200))
def test_whatever_is_written_can_be_measured(text: str) -> None:
    assert 0 <= measures.words(text) <= len(text)
    assert measures.han_characters(text) <= len(text)
    assert measures.flesch(text) <= 206.835
    assert measures.sentence_length(text) <= len(text)
    assert measures.x_characters(text) >= 0
