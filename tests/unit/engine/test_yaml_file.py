"""YAML that is none, or too much, is told in one line and ends nothing."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from engine.errors import ConfigurationError
from engine.yaml_file import MAX_CHARS, parse_yaml

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


class Shape(BaseModel):
    model_config = {"extra": "forbid"}

    name: str = ""
    words: list[str] = []


@pytest.mark.parametrize(
    "text",
    ["[" * 2_000, "{a: " * 2_000, "name: 2001-99-99", f"name: {'9' * 5_000}", "name: !!python/name:os.system x",
     "? [a]\n: b", "name: *nobody", "name: \x00", LAUGHS, f"{LAUGHS}words: *i", "x" * (MAX_CHARS + 1), "- a", "3"],
    ids=["deep lists", "deep mappings", "no date", "no number", "a tag", "a list as key", "no anchor", "no text",
         "a billion laughs", "laughs in a list", "long", "a list", "a number"],
)  # fmt: skip
def test_what_is_no_file_of_ours_is_told(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_yaml(text, "policy.yaml", Shape)
    assert len(str(caught.value)) < 5_000


@settings(deadline=None)
@given(st.text(st.sampled_from("ab:-[]{}&*!|>?#'\"%@ \n\t09.")))
def test_whatever_is_written_is_read_or_told(text: str) -> None:
    with contextlib.suppress(ConfigurationError):
        assert isinstance(parse_yaml(text, "policy.yaml", Shape), Shape)
