"""Block Kit building blocks as they go over the wire (docs.slack.dev/reference/block-kit); pure.

What is called mrkdwn or Markdown here must be escaped by the caller, with bot.slack.text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.slack.text import cut

Json = dict[str, Any]


def section(mrkdwn: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn}}


def header(text: str) -> Json:
    return {"type": "header", "text": plain(text, 150)}


def context(mrkdwn: str) -> Json:
    """One small grey line."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": mrkdwn}]}


def markdown(text: str) -> Json:
    """Standard Markdown, up to 12,000 characters over all such blocks of one message."""
    return {"type": "markdown", "text": text}


def image(file_id: str, alt_text: str) -> Json:
    """An uploaded file as a picture."""
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": cut(alt_text, 2000)}


def actions(*buttons: Json) -> Json:
    return {"type": "actions", "elements": list(buttons)}


def button(label: str, action_id: str, value: str, style: str = "") -> Json:
    """`style` is "primary", "danger" or nothing."""
    made = {"type": "button", "text": plain(label, 75), "action_id": action_id, "value": value}
    return {**made, "style": style} if style else made


def field(
    block_id: str, label: str, element: Json, *, hint: str = "", optional: bool = True, dispatch: bool = False
) -> Json:
    """A labelled input whose value comes back as `values[block_id]["value"]`."""
    made: Json = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": {**element, "action_id": element.get("action_id", "value")},
        "optional": optional,
        "dispatch_action": dispatch,
    }
    return {**made, "hint": plain(hint, 2000)} if hint else made


def text_input(*, multiline: bool = False, most: int = 3000, initial: str = "") -> Json:
    """`initial` stands in it already."""
    made: Json = {"type": "plain_text_input", "multiline": multiline, "max_length": most}
    return {**made, "initial_value": initial} if initial else made


def number_input(least: float, most: float, *, decimal: bool) -> Json:
    bounds = {"min_value": f"{least:g}" if decimal else str(least), "max_value": f"{most:g}" if decimal else str(most)}
    return {"type": "number_input", "is_decimal_allowed": decimal, **bounds}


def select(options: Sequence[tuple[str, str]], initial: str = "") -> Json:
    """A menu of (value, label)."""
    made = {value: {"text": plain(label, 75), "value": value} for value, label in options}
    chosen = {"initial_option": made[initial]} if initial in made else {}
    return {"type": "static_select", "options": list(made.values()), **chosen}


def grouped_select(
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], initial: str, action_id: str = "value"
) -> Json:
    """A menu of (value, label) under headings, at most a hundred under each."""
    made = [(label, select(options[:100], initial)) for label, options in groups if options]
    chosen = next((menu["initial_option"] for _, menu in made if "initial_option" in menu), None)
    return {
        "type": "static_select",
        "action_id": action_id,
        "option_groups": [{"label": plain(label, 75), "options": menu["options"]} for label, menu in made],
        **({"initial_option": chosen} if chosen else {}),
    }


def option_menu(action_id: str, options: Sequence[tuple[str, str]], initial: str) -> Json:
    """A menu of (value, label) for an actions block, whose choice is sent at once."""
    return {**select(options, initial), "action_id": action_id}


def radio(options: Sequence[tuple[str, str]], initial: str, action_id: str) -> Json:
    """Buttons of (value, label) of which one is pressed."""
    made = {value: {"text": plain(label, 75), "value": value} for value, label in options}
    return {
        "type": "radio_buttons",
        "options": list(made.values()),
        "initial_option": made[initial],
        "action_id": action_id,
    }


def checkbox(value: str, label: str, *, ticked: bool = False) -> Json:
    """One box."""
    options = [{"text": plain(label, 75), "value": value}]
    return {"type": "checkboxes", "options": options, **({"initial_options": options} if ticked else {})}


def file_input(*endings: str) -> Json:
    """One file, of at most 10 MB; Slack's client alone looks at how its name ends.

    docs.slack.dev/reference/block-kit/block-elements/file-input-element
    """
    return {"type": "file_input", "filetypes": list(endings), "max_files": 1}


def thumbs(action_id: str, good: tuple[str, str], bad: tuple[str, str]) -> Json:
    """Two small thumbs, each a (value, label) (docs.slack.dev/reference/block-kit/blocks/context-actions-block)."""
    up, down = ({"text": plain(label, 75), "value": value} for value, label in (good, bad))
    both = {"type": "feedback_buttons", "action_id": action_id, "positive_button": up, "negative_button": down}
    return {"type": "context_actions", "elements": [both]}


def reading(labels: tuple[str, str], blocks: Sequence[Json]) -> Json:
    """A modal that only shows something; `labels` are its title and that of the button to close it."""
    title, close = labels
    return {"type": "modal", "title": plain(title, 24), "close": plain(close, 24), "blocks": list(blocks)}


def modal(callback_id: str, labels: tuple[str, str, str], metadata: str, blocks: Sequence[Json]) -> Json:
    """`labels` are the title and those of the buttons to submit and to close."""
    title, submit, close = labels
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, 24),
        "submit": plain(submit, 24),
        "close": plain(close, 24),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }


def dialog(callback_id: str, labels: tuple[str, str], metadata: str, blocks: Sequence[Json]) -> Json:
    """A modal that is only read; `labels` are the title and that of the button to close."""
    title, close = labels
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, 24),
        "close": plain(close, 24),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }


def plain(text: str, most: int) -> Json:
    return {"type": "plain_text", "text": cut(text, most), "emoji": True}
