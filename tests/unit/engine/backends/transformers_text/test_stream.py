"""Streamed text is whole characters, is what decoding all at once gives, and ends before a stop string."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.backends.transformers_text.stream import TextStream
from tests.support.tiny_models import tokenizer

TOKENIZER = tokenizer("")


def decode(tokens: Sequence[int]) -> str:
    text = TOKENIZER.decode(list(tokens), skip_special_tokens=True)
    assert isinstance(text, str)
    return text


def encode(text: str) -> list[int]:
    return list(TOKENIZER.encode(text))


def pieces(tokens: Sequence[int], stops: Sequence[str] = ()) -> list[str]:
    """What is told after each token, and at the end."""
    stream = TextStream(decode, stops)
    told = []
    for token in tokens:
        told.append(stream.take(token))
        if stream.stopped:
            break
    return [*told, stream.finish()]


@given(st.text())
def test_streamed_text_is_the_text(text: str) -> None:
    assert "".join(pieces(encode(text))) == text.rstrip("\ufffd")


@given(st.text(alphabet="a漢😀é\u200d🏳️‍🌈"))
def test_no_piece_holds_half_a_character(text: str) -> None:
    assert all("\ufffd" not in piece for piece in pieces(encode(text)))


@given(st.lists(st.integers(0, 258)))
def test_any_tokens_stream_as_they_decode(tokens: list[int]) -> None:
    assert "".join(pieces(tokens)) == decode(tokens).rstrip("\ufffd")


def test_a_character_cut_off_by_the_end_is_left_out() -> None:
    assert "".join(pieces(encode("ok 😀")[:-1])) == "ok "


@given(st.text(alphabet="ab\n"), st.sampled_from(["\n\n", "ab\n", "b"]))
def test_text_ends_before_a_stop_string(text: str, stop: str) -> None:
    assert "".join(pieces(encode(text), [stop])) == text.split(stop, maxsplit=1)[0]


@pytest.mark.parametrize(
    ("text", "told"), [("a\nb", ["a", "", "\nb", ""]), ("a\n", ["a", "", "\n"]), ("a\n\nb", ["a", "", "", ""])]
)
def test_the_beginning_of_a_stop_string_is_held_back(text: str, told: list[str]) -> None:
    assert pieces(encode(text), ["\n\n"]) == told
