"""Block elements (docs.slack.dev/reference/block-kit/block-elements)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.playground.blockkit.objects import (
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_CONFIG,
    OPTION,
    OPTION_GROUP,
    RICH_OPTION,
    SLACK_FILE,
    plain_text,
)
from bot.playground.blockkit.rules import (
    Rule,
    anything,
    boolean,
    each,
    exactly_one,
    integer,
    one_of,
    pick,
    record,
    string,
    url,
)

_NAME = string(255, 1)
_DATE = string(10, 10, r"\d{4}-\d{2}-\d{2}")
_TIME = string(5, 5, r"\d{2}:\d{2}")


def _element(
    kind: str, required: Mapping[str, Rule] | None = None, optional: Mapping[str, Rule] | None = None, *also: Rule
) -> Rule:
    return record({"type": one_of(kind), **(required or {})}, {"action_id": _NAME, **(optional or {})}, *also)


def _input(
    kind: str, required: Mapping[str, Rule] | None = None, optional: Mapping[str, Rule] | None = None, *also: Rule
) -> Rule:
    common = {"placeholder": plain_text(150), "focus_on_load": boolean}
    return _element(kind, required, {**common, **(optional or {})}, *also)


_CHOICES = {"options": each(OPTION, most=100), "option_groups": each(OPTION_GROUP, most=100), "confirm": CONFIRM}
_MANY = {"max_selected_items": integer(1), "confirm": CONFIRM}
_IDS = each(string(), least=0)
_TYPED = {"dispatch_action_config": DISPATCH_CONFIG}
_FEEDBACK_BUTTON = record({"text": plain_text(75), "value": string(2000)}, {"accessibility_label": string(75)})

_CONVERSATIONS = {
    "default_to_current_conversation": boolean,
    "filter": CONVERSATION_FILTER,
    "response_url_enabled": boolean,
}

ELEMENTS: dict[str, Rule] = {
    "button": _element(
        "button",
        {"text": plain_text(75)},
        {
            "url": url(3000),
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
            "agent_prompt": string(4000),
            "agent_prompt_display": anything,
            "visible_to_user_ids": each(string(), most=10),
        },
    ),
    "checkboxes": _element(
        "checkboxes",
        {"options": each(RICH_OPTION, most=10)},
        {"initial_options": each(RICH_OPTION), "confirm": CONFIRM, "focus_on_load": boolean},
    ),
    "radio_buttons": _element(
        "radio_buttons",
        {"options": each(RICH_OPTION, most=10)},
        {"initial_option": RICH_OPTION, "confirm": CONFIRM, "focus_on_load": boolean},
    ),
    "overflow": _element("overflow", {"options": each(OPTION, most=5)}, {"confirm": CONFIRM}),
    "static_select": _input(
        "static_select", {}, {**_CHOICES, "initial_option": OPTION}, exactly_one("options", "option_groups")
    ),
    "multi_static_select": _input(
        "multi_static_select",
        {},
        {**_CHOICES, **_MANY, "initial_options": each(OPTION)},
        exactly_one("options", "option_groups"),
    ),
    "external_select": _input(
        "external_select", {}, {"initial_option": OPTION, "min_query_length": integer(0), "confirm": CONFIRM}
    ),
    "multi_external_select": _input(
        "multi_external_select", {}, {**_MANY, "initial_options": each(OPTION), "min_query_length": integer(0)}
    ),
    "users_select": _input("users_select", {}, {"initial_user": string(), "confirm": CONFIRM}),
    "multi_users_select": _input("multi_users_select", {}, {**_MANY, "initial_users": _IDS}),
    "conversations_select": _input(
        "conversations_select", {}, {**_CONVERSATIONS, "initial_conversation": string(), "confirm": CONFIRM}
    ),
    "multi_conversations_select": _input(
        "multi_conversations_select", {}, {**_MANY, **_CONVERSATIONS, "initial_conversations": _IDS}
    ),
    "channels_select": _input(
        "channels_select", {}, {"initial_channel": string(), "confirm": CONFIRM, "response_url_enabled": boolean}
    ),
    "multi_channels_select": _input("multi_channels_select", {}, {**_MANY, "initial_channels": _IDS}),
    "datepicker": _input("datepicker", {}, {"initial_date": _DATE, "confirm": CONFIRM}),
    "timepicker": _input("timepicker", {}, {"initial_time": _TIME, "confirm": CONFIRM, "timezone": string()}),
    "datetimepicker": _element(
        "datetimepicker",
        {},
        {"initial_date_time": integer(1_000_000_000, 9_999_999_999), "confirm": CONFIRM, "focus_on_load": boolean},
    ),
    "plain_text_input": _input(
        "plain_text_input",
        {},
        {
            **_TYPED,
            "initial_value": string(3000),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
    ),
    "email_text_input": _input("email_text_input", {}, {**_TYPED, "initial_value": string()}),
    "url_text_input": _input("url_text_input", {}, {**_TYPED, "initial_value": string()}),
    "number_input": _input(
        "number_input",
        {"is_decimal_allowed": boolean},
        {**_TYPED, "initial_value": string(), "min_value": string(), "max_value": string()},
    ),
    "rich_text_input": _input(
        "rich_text_input",
        {},
        {**_TYPED, "initial_value": anything, "min_lines": integer(1), "max_lines": integer(1)},
    ),
    "file_input": _element("file_input", {}, {"filetypes": each(string(), most=100), "max_files": integer(1, 10)}),
    "feedback_buttons": _element(
        "feedback_buttons", {"positive_button": _FEEDBACK_BUTTON, "negative_button": _FEEDBACK_BUTTON}
    ),
    "icon_button": _element(
        "icon_button",
        {"icon": one_of("trash"), "text": plain_text(75)},
        {
            "accessibility_label": string(75),
            "value": string(2000),
            "visible_to_user_ids": each(string(), most=10),
            "confirm": CONFIRM,
        },
    ),
    "workflow_button": _element(
        "workflow_button",
        {"text": plain_text(75), "workflow": anything},
        {"style": one_of("primary", "danger"), "accessibility_label": string(75)},
    ),
}

IMAGE_ELEMENT = record(
    {"type": one_of("image"), "alt_text": string(2000, 0)},
    {"image_url": url(3000), "slack_file": SLACK_FILE},
    exactly_one("image_url", "slack_file"),
)

_SELECTS = tuple(name for name in ELEMENTS if name.endswith("_select"))
_PICKERS = ("datepicker", "timepicker", "datetimepicker")
_TEXTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input")
_CHECKS = ("checkboxes", "radio_buttons")

IN_ACTIONS = pick(ELEMENTS, ("button", "overflow", "workflow_button", *_SELECTS, *_PICKERS, *_CHECKS))
IN_SECTION = {**IN_ACTIONS, "image": IMAGE_ELEMENT}
IN_INPUT = pick(ELEMENTS, (*_TEXTS, *_SELECTS, *_PICKERS, *_CHECKS))
IN_CONTEXT_ACTIONS = pick(ELEMENTS, ("feedback_buttons", "icon_button"))
IN_CARD = pick(ELEMENTS, ("button", "overflow"))
