"""Blocks (docs.slack.dev/reference/block-kit/blocks)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.playground.blockkit.elements import (
    IMAGE_ELEMENT,
    IN_ACTIONS,
    IN_CARD,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
)
from bot.playground.blockkit.objects import SLACK_FILE, any_text, plain_text
from bot.playground.blockkit.rich_text import RICH_TEXT
from bot.playground.blockkit.rules import (
    Issue,
    Rule,
    at_least_one,
    boolean,
    each,
    exactly_one,
    integer,
    one_of,
    pick,
    record,
    string,
    tagged,
    url,
)


def _block(
    kind: str, required: Mapping[str, Rule] | None = None, optional: Mapping[str, Rule] | None = None, *also: Rule
) -> Rule:
    return record({"type": one_of(kind), **(required or {})}, {"block_id": string(255), **(optional or {})}, *also)


_RICH_TEXT = tagged({"rich_text": RICH_TEXT})
_CONTEXT_TEXT = any_text(2000)
_CELL = tagged(
    {
        "raw_text": record({"type": one_of("raw_text"), "text": string(least=1)}),
        "raw_number": record({"type": one_of("raw_number"), "value": integer()}, {"text": string()}),
        "rich_text": RICH_TEXT,
    }
)
_COLUMN = record({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def _column_settings(value: Any, pointer: str) -> Iterator[Issue]:
    """A null leaves a column as it is."""
    if isinstance(value, list):
        value = [{} if column is None else column for column in value]
    yield from each(_COLUMN, most=20)(value, pointer)


def _context_element(value: Any, pointer: str) -> Iterator[Issue]:
    is_image = isinstance(value, dict) and value.get("type") == "image"
    yield from (IMAGE_ELEMENT if is_image else _CONTEXT_TEXT)(value, pointer)


_SOURCE = record({"type": one_of("url"), "url": url(), "text": string()})
_TASK = _block(
    "task_card",
    {
        "task_id": string(least=1),
        "title": string(least=1),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
    {"details": _RICH_TEXT, "output": _RICH_TEXT, "sources": each(_SOURCE, least=0)},
)
_CARD = _block(
    "card",
    {},
    {
        "hero_image": IMAGE_ELEMENT,
        "icon": IMAGE_ELEMENT,
        "title": any_text(150),
        "subtitle": any_text(150),
        "body": any_text(200),
        "actions": each(tagged(IN_CARD), most=3),
    },
    at_least_one("hero_image", "title", "actions", "body"),
)

BLOCKS: dict[str, Rule] = {
    "actions": _block("actions", {"elements": each(tagged(IN_ACTIONS), most=25)}),
    "alert": _block(
        "alert", {"text": any_text(3000)}, {"level": one_of("default", "info", "warning", "error", "success")}
    ),
    "card": _CARD,
    "carousel": _block("carousel", {"elements": each(tagged({"card": _CARD}), most=10)}),
    "context": _block("context", {"elements": each(_context_element, most=10)}),
    "context_actions": _block("context_actions", {"elements": each(tagged(IN_CONTEXT_ACTIONS), most=5)}),
    "divider": _block("divider"),
    "file": _block("file", {"external_id": string(255, 1), "source": one_of("remote")}),
    "header": _block("header", {"text": plain_text(150)}),
    "image": _block(
        "image",
        {"alt_text": string(2000)},
        {"image_url": url(3000), "slack_file": SLACK_FILE, "title": plain_text(2000)},
        exactly_one("image_url", "slack_file"),
    ),
    "input": _block(
        "input",
        {"label": plain_text(2000), "element": tagged(IN_INPUT)},
        {"hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "markdown": _block("markdown", {"text": string(12_000, 1)}),
    "plan": _block("plan", {"title": string(least=1)}, {"tasks": each(tagged({"task_card": _TASK}), least=0)}),
    "rich_text": RICH_TEXT,
    "section": _block(
        "section",
        {},
        {
            "text": any_text(3000),
            "fields": each(any_text(2000), most=10),
            "accessory": tagged(IN_SECTION),
            "expand": boolean,
        },
        at_least_one("text", "fields"),
    ),
    "table": _block("table", {"rows": each(each(_CELL, most=20), most=100)}, {"column_settings": _column_settings}),
    "task_card": _TASK,
    "video": _block(
        "video",
        {"alt_text": string(least=1), "title": plain_text(199), "video_url": url(), "thumbnail_url": url()},
        {
            "title_url": url(),
            "description": plain_text(200),
            "provider_icon_url": url(),
            "provider_name": string(),
            "author_name": string(49),
        },
    ),
}

_EVERYWHERE = ("actions", "alert", "context", "divider", "header", "image", "input", "rich_text", "section", "video")
IN_MESSAGE = pick(BLOCKS, BLOCKS)
IN_VIEW = pick(BLOCKS, (*_EVERYWHERE, "card", "carousel"))
