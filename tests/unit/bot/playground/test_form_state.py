"""What was entered, and what was not."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.form_state import REQUIRED, form_values, missing_answers
from bot.playground.model import View

OPTIONS = [{"text": {"type": "plain_text", "text": t}, "value": t.lower()} for t in ("Warm", "Dry")]


def block(element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "block_id": "b", "element": {"action_id": "a", **element}, **more}


@pytest.mark.parametrize(
    ("element", "entered", "value"),
    [
        ({"type": "plain_text_input"}, None, {"type": "plain_text_input", "value": None}),
        ({"type": "plain_text_input"}, "hi", {"type": "plain_text_input", "value": "hi"}),
        ({"type": "plain_text_input"}, {"value": ""}, {"type": "plain_text_input", "value": None}),
        ({"type": "plain_text_input", "initial_value": "x"}, None, {"type": "plain_text_input", "value": "x"}),
        (
            {"type": "plain_text_input", "initial_value": "x"},
            {"value": ""},
            {"type": "plain_text_input", "value": None},
        ),
        ({"type": "static_select", "options": OPTIONS}, None, {"type": "static_select", "selected_option": None}),
        (
            {"type": "static_select", "options": OPTIONS},
            {"selected_option": {"value": "dry"}},
            {"type": "static_select", "selected_option": OPTIONS[1]},
        ),
        (
            {"type": "static_select", "option_groups": [{"options": OPTIONS}]},
            "warm",
            {"type": "static_select", "selected_option": OPTIONS[0]},
        ),
        (
            {"type": "static_select", "options": OPTIONS, "initial_option": OPTIONS[0]},
            None,
            {"type": "static_select", "selected_option": OPTIONS[0]},
        ),
        ({"type": "checkboxes", "options": OPTIONS}, None, {"type": "checkboxes", "selected_options": []}),
        (
            {"type": "checkboxes", "options": OPTIONS},
            {"selected_options": ["dry"]},
            {"type": "checkboxes", "selected_options": [OPTIONS[1]]},
        ),
        ({"type": "number_input"}, {"value": "3"}, {"type": "number_input", "value": "3"}),
        (
            {"type": "users_select"},
            {"selected_user": "U1"},
            {"type": "users_select", "selected_user": "U1"},
        ),
    ],
)
def test_values(element: dict[str, Any], entered: Any, value: dict[str, Any]) -> None:
    given = {} if entered is None else {"b": {"a": entered}}
    assert form_values({"blocks": [block(element)]}, given) == {"b": {"a": value}}


@pytest.mark.parametrize(
    ("element", "optional", "value", "error"),
    [
        ({"type": "plain_text_input"}, False, {"value": None}, REQUIRED),
        ({"type": "plain_text_input"}, True, {"value": None}, None),
        ({"type": "plain_text_input", "min_length": 3}, False, {"value": "ab"}, "Please use at least 3 characters."),
        ({"type": "plain_text_input", "max_length": 3}, True, {"value": "abcd"}, "Please use at most 3 characters."),
        ({"type": "checkboxes", "options": OPTIONS}, False, {"selected_options": []}, REQUIRED),
    ],
)
def test_what_is_missing(element: dict[str, Any], optional: bool, value: dict[str, Any], error: str | None) -> None:
    view = View("V1", "U1", {"blocks": [block(element, optional=optional)]}, "h", "V1", values={"b": {"a": value}})
    assert missing_answers(view) == ({"b": error} if error else {})
