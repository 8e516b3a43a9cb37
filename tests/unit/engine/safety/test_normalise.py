"""Disguises come off, and a place in the clean text is found again in the raw one."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.safety.normalise import Views, fold

ODD = st.text(st.sampled_from("aBé!1 \n\u200b\u0301ﬁＡ１カﾞ杀人。\U000e0041👩\u200d"), max_size=30) | st.text(
    max_size=40
)


@pytest.mark.parametrize(
    ("disguised", "seen"),
    [
        ("ＫＩＬＬ", "kill"),
        ("ki\u200bll", "kill"),
        ("k\u00adi\u2060l\ufeffl", "kill"),
        ("k1ll", "kill"),
        ("b0mb", "bomb"),
        ("$ex", "sex"),
        ("k i l l", "kill"),
        ("k.i.l.l", "kill"),
        ("kіll", "kill"),  # a Cyrillic letter
        ("kíll", "kill"),
        ("bооmb", "boomb"),
        ("killlllll", "kill"),
        ("杀 人", "杀人"),
        ("杀*人", "杀人"),
        ("𝐤𝐢𝐥𝐥", "kill"),
        ("k 1 l l", "kill"),
        ("ki\U000e0061ll", "kill"),
    ],
)
def test_a_disguise_comes_off(disguised: str, seen: str) -> None:
    assert Views(disguised).folded == seen


@pytest.mark.parametrize(
    "text", ["the iphone 15 costs 500 usd", "call 2 friends", "我们 2025 年的新品", "a b c", "50% off"]
)
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert Views(text).folded == text


@settings(deadline=None)
@given(ODD)
def test_the_clean_text_is_clean(text: str) -> None:
    clean = Views(text).clean
    assert not any(unicodedata.category(char) == "Cf" for char in clean)


@settings(deadline=None)
@given(ODD, st.data())
def test_a_span_of_the_clean_text_is_a_span_of_the_raw_text(text: str, data: st.DataObject) -> None:
    views = Views(text)
    start = data.draw(st.integers(0, max(0, len(views.clean) - 1)))
    end = data.draw(st.integers(start, len(views.clean)))
    if end > start:
        raw_start, raw_end = views.raw_span(start, end)
        assert 0 <= raw_start <= raw_end <= len(text)
        if text.isascii():
            assert text[raw_start:raw_end] == views.clean[start:end]


@settings(deadline=None)
@given(ODD)
def test_folding_what_is_folded_takes_nothing_more_than_repeats(text: str) -> None:
    assert len(fold(Views(text).folded)) <= len(Views(text).folded)


@settings(deadline=None)
@given(ODD)
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    folded = Views(text).folded
    assert fold(folded) == folded


@settings(deadline=None)
@given(st.text(st.sampled_from("k1l 0$.-_*a íі杀 人@"), max_size=24))
def test_what_is_folded_stays_as_it_is_however_it_was_disguised(text: str) -> None:
    folded = Views(text).folded
    assert fold(folded) == folded


@settings(deadline=None)
@given(ODD)
def test_the_span_of_all_that_is_clean_holds_all_that_is_seen(text: str) -> None:
    views = Views(text)
    if views.clean:
        start, end = views.raw_span(0, len(views.clean))
        assert Views(text[start:end]).clean == views.clean
