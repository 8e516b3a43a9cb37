"""An answer is let through once, and memory stays small."""

from __future__ import annotations

from bot.once import Once


def test_the_first_time_counts() -> None:
    once = Once()
    assert once.first("a")
    assert not once.first("a")
    assert once.first("b")


def test_only_the_latest_are_remembered() -> None:
    once = Once(most=2)
    for key in ("a", "b", "c"):
        assert once.first(key)
    assert not once.first("c")
    assert once.first("a")


def test_looking_is_not_asking() -> None:
    once = Once()
    assert not once.seen("a")
    assert once.first("a")
    assert once.seen("a")
