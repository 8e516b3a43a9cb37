"""Figures: what a reply must never invent, in one spelling."""

from __future__ import annotations

import pytest

from engine.replies.figures import figures


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,000.00", "1000"),
        ("within ten days", "within 10 days"),
        ("三十天", "30天"),
        ("两周", "2周"),
        ("order #A-1042", "order a1042"),
        ("3 December", "Dec 3"),
        ("2026-12-03", "3 December 2026"),
        ("on Mondays", "周一"),
        ("See https://acme.example/returns.", "acme.example/returns"),
        ("$49.90", "49.9"),
        ("Write to Ann@Acme.example!", "ann@acme.example"),
        ("Within 30 days [1].", "Within 30 days."),
    ],
)
def test_the_same_in_another_spelling_is_the_same(one: str, other: str) -> None:
    assert figures(other) <= figures(one)
    assert figures(one), "and there is something to compare"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A-1042", "B-1042"),
        ("3 December", "3 November"),
        ("https://acme.example/a", "https://acme.example/b"),
        ("周一", "周二"),
        ("49.90", "49.95"),
    ],
)
def test_what_is_not_the_same_is_not(one: str, other: str) -> None:
    assert not figures(other) <= figures(one)


@pytest.mark.parametrize("text", ["one of them", "一个", "may I ask", "[1]"])
def test_what_means_no_number_is_none(text: str) -> None:
    assert figures(text) == frozenset()
