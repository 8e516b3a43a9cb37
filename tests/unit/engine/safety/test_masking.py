"""What an outside API may see: placeholders that keep apart whom a text speaks of, never who they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.request import Kind
from engine.domain.safety import Action, Category, Told, Where
from engine.safety.filter import LayeredFilter
from engine.safety.masking import same, stands_in
from engine.safety.policy import Policy
from engine.safety.recognisers import RecogniserCheck
from tests.unit.engine.safety.conftest import FakeCheck, FakeOutside, make_filter, presidio

COPY = Where(Kind.COPY)


@cache
def safety() -> LayeredFilter:
    return make_filter(RecogniserCheck(), presidio())


def broken() -> None:
    raise RuntimeError("broken")


def test_the_same_value_has_the_same_placeholder_however_it_is_written() -> None:
    masked = safety().mask(["138 1234 5678 or +86 13812345678", "not １３９１２３４５６７８ but 138-1234-5678"], COPY)
    assert masked.texts == ("[phone 1] or [phone 1]", "not [phone 2] but [phone 1]")
    assert masked.values == {"[phone 1]": "138 1234 5678", "[phone 2]": "１３９１２３４５６７８"}
    assert masked.verdict.action is Action.ALLOW


def test_a_placeholder_that_a_text_has_already_is_not_given_again() -> None:
    masked = safety().mask(["[Email 1] is not a@b.de"], COPY)
    assert masked.texts == ("[Email 1] is not [email 2]",)


def test_a_secret_has_no_way_back_wherever_it_stands() -> None:
    masked = safety().mask(["password: hunter22", "type hunter22, or mail a@b.de"], COPY)
    assert masked.texts == ("password: [password]", "type [password], or mail [email 1]")
    assert masked.values == {"[email 1]": "a@b.de"}
    assert masked.verdict.action is Action.REDACT


def test_a_password_in_an_address_is_no_mail_address() -> None:
    masked = safety().mask(["postgres://app:hunter22@db.example.com/x"], COPY)
    assert masked.values == {}
    assert "hunter22" not in masked.texts[0]


def test_what_only_one_text_tells_is_hidden_in_all() -> None:
    masked = safety().mask(["E12345678 is late", "her passport is E12345678"], COPY)
    assert masked.texts == ("[passport 1] is late", "her passport is [passport 1]")


def test_values_are_not_told_by_its_repr() -> None:
    assert "a@b.de" not in repr(safety().mask(["a@b.de"], COPY))


def test_when_a_check_is_out_nothing_leaves() -> None:
    masked = make_filter(FakeCheck(name="recognisers", work=broken)).mask(["a@b.de"], COPY)
    assert masked.verdict.action is Action.REFUSE
    assert masked.verdict.categories == (Category.UNCHECKED,)


def test_an_outside_model_judges_without_the_data_even_where_it_is_allowed_here(
    policy_of: Callable[[str], Policy],
) -> None:
    rules = "categories: {personal-data: {action: allow}, secret: {action: allow}}\nlayers: {guard: {use: true}}"
    guard = FakeOutside()
    safety = make_filter(RecogniserCheck(), outside=[guard], policy=policy_of(f"name: x\nversion: 1\n{rules}"))
    safety.check_prompt("mail a@b.de, password: hunter22", COPY)
    assert [text for text, *_ in guard.asked] == ["mail [email], password: [password]"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a@b.de", "c@d.org", "138 1234 5678", "[email 1]", " and ", "x", "，"]), max_size=8))
def test_putting_the_values_back_gives_the_text_again(parts: list[str]) -> None:
    text = " ".join(parts)
    masked = safety().mask([text], COPY)
    assert not [value for value in masked.values.values() if value in masked.texts[0]]
    back = masked.texts[0]
    for name, value in masked.values.items():
        back = back.replace(name, value)
    assert back == text


@pytest.mark.parametrize(
    ("value", "text", "stands"),
    [
        ("ann@acme.example", "Write to Ann@ACME.example.", True),
        ("ann@acme.example", "Write to joann@acme.example", False),
        ("138 1234 5678", "call +86 138-1234-5678 today", True),
        ("138 1234 5678", "order 9138123456780", False),
        ("12 High Street", "at 12  High\nStreet, York", True),
        ("12 High Street", "at 112 High Street", False),
    ],
)
def test_a_value_is_known_in_whatever_spelling_but_not_as_part_of_another(value: str, text: str, stands: bool) -> None:
    assert stands_in(same(value), text) is stands


def test_what_all_readers_know_already_may_come_out() -> None:
    text = "We will call 138 1234 5678 and write to b@c.de."
    verdict = safety().check_text(text, COPY, Told(known=("My number is +86 13812345678",)))
    assert (verdict.action, verdict.text) == (Action.REDACT, "We will call 138 1234 5678 and write to [email].")
