"""Placeholders are turned back as a text comes, wherever the text is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.steps.shielding import NO_SHIELD, Restorer, Shield

SHIELD = Shield({"[email 1]": "ann@example.com", "[id number 2]": "11010519491231002X", "[base64 1]": "YW5uQGE="})
PIECES = (
    "[email 1]",
    "[id number 2]",
    "[email 7]",
    "[",
    "]",
    "[[",
    "[note]",
    " and ",
    "\n",
    "［Email 1］",
    "【",
    "[email ",
)


def restored(pieces: list[str]) -> str:
    restorer = Restorer(SHIELD)
    return "".join([*map(restorer.feed, pieces), restorer.finish()])


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.lists(st.integers(0, 60), max_size=6))
def test_where_it_is_cut_changes_nothing(text: str, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    assert restored([text[start:end] for start, end in pairwise(places)]) == restored([text])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("to [email 1].", "to ann@example.com."),
        ("to [Email 1] or ［email 1］ or 【email 1】", "to ann@example.com or ann@example.com or ann@example.com"),
        ("[[email 1]](mailto:[email 1])", "[ann@example.com](mailto:ann@example.com)"),
        ("[email 3] and [id number 2]", "[email 3] and 11010519491231002X"),
        ("what [base64 1] says", "what YW5uQGE= says"),
        ("[email 1", "[email 1"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert restored(list(text)) == shown


def test_text_without_brackets_is_not_held_back() -> None:
    restorer = Restorer(SHIELD)
    assert restorer.feed("Dear Ann, ") == "Dear Ann, "
    assert restorer.feed("see [em") == "see "
    assert restorer.feed("ail 1] now") == "ann@example.com now"


def test_without_a_shield_nothing_is_held_back() -> None:
    assert Restorer(NO_SHIELD).feed("see [em") == "see [em"


def test_its_repr_tells_no_value() -> None:
    assert "ann" not in repr(SHIELD) + repr(Restorer(SHIELD))
