"""What a person has entered in a form, as Slack's `state.values` has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.playground.model import Json, View

_FIELD = {
    "checkboxes": "selected_options",
    "radio_buttons": "selected_option",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
}
_INITIAL = {
    "selected_options": "initial_options",
    "selected_option": "initial_option",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "value": "initial_value",
    "rich_text_value": "initial_value",
}
REQUIRED = "Please complete this required field."


def form_values(view: Json, entered: Json) -> Json:
    """Block id -> action id -> value, of every element that holds one.

    `entered` has the same form and may leave out what was not touched; a select may name an option by its value alone.
    """
    values: Json = {}
    for block in view["blocks"]:
        for element in _inputs(block):
            given = (entered.get(block["block_id"]) or {}).get(element["action_id"])
            values.setdefault(block["block_id"], {})[element["action_id"]] = _value(element, given)
    return values


def missing_answers(view: View) -> dict[str, str]:
    """What Slack's own client asks for before it sends a form, by block id."""
    errors: dict[str, str] = {}
    for block in view.view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = (view.values or {}).get(block["block_id"], {}).get(element["action_id"], {})
        answer = value.get(_FIELD[element["type"]])
        if not answer and not block.get("optional"):
            errors[block["block_id"]] = REQUIRED
        elif isinstance(answer, str) and (problem := _length_problem(element, answer)):
            errors[block["block_id"]] = problem
    return errors


def chosen(element: Json, given: Json) -> Json:
    """What an element's part of an `actions` payload says, besides its ids."""
    field = _FIELD.get(element["type"], "selected_option" if element["type"] == "overflow" else "")
    found: Json = {"type": element["type"]}
    if field:
        value = given.get(field, given.get("value"))
        found[field] = _with_options(element, field, value)
    else:
        found |= {key: element[key] for key in ("text", "value", "style", "url") if key in element}
        if "value" in given:
            found["value"] = str(given["value"])
    return found


def _inputs(block: Json) -> Iterator[Json]:
    candidates = [block.get("element"), block.get("accessory"), *(block.get("elements") or ())]
    yield from (e for e in candidates if isinstance(e, dict) and e.get("type") in _FIELD and "action_id" in e)


def _value(element: Json, given: Any) -> Json:
    field = _FIELD[element["type"]]
    if given is None:
        answer = element.get(_INITIAL.get(field, ""))
    else:
        answer = given.get(field, given.get("value")) if isinstance(given, dict) else given
    answer = _with_options(element, field, answer)
    if answer is None and field == "selected_options":
        answer = []
    return {"type": element["type"], field: answer if answer != "" else None}


def _with_options(element: Json, field: str, answer: Any) -> Any:
    """Options named by their value, in full."""
    if field == "selected_options" and isinstance(answer, list):
        return [_option(element, item) for item in answer]
    if field == "selected_option" and answer is not None:
        return _option(element, answer)
    return answer


def _option(element: Json, answer: Any) -> Any:
    value = answer.get("value") if isinstance(answer, dict) else answer
    groups = element.get("option_groups") or ()
    options = [*(element.get("options") or ()), *(option for group in groups for option in group["options"])]
    return next((option for option in options if option["value"] == value), answer)


def _length_problem(element: Json, answer: str) -> str:
    least, most = element.get("min_length"), element.get("max_length")
    if least and len(answer) < least:
        return f"Please use at least {least} characters."
    if most and len(answer) > most:
        return f"Please use at most {most} characters."
    return ""
