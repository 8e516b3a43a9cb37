"""Block Kit, held to Slack's rules: types, required fields, lengths, counts, unique ids.

Limits are those of docs.slack.dev/reference/block-kit, as the classes of slack_sdk.models know them. Pure but for the
ids it makes up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.playground.blockkit.blocks import IN_MESSAGE, IN_VIEW
from bot.playground.blockkit.ids import duplicate_ids, with_ids
from bot.playground.blockkit.objects import plain_text
from bot.playground.blockkit.rules import Issue, anything, boolean, each, one_of, record, string, tagged
from bot.playground.errors import SlackError
from bot.playground.model import Json

MOST_TEXT = 13_200
"""Characters in all blocks of a message together, before `msg_blocks_too_long`."""

_MESSAGE_BLOCKS = each(tagged(IN_MESSAGE), least=0, most=50)
_COMMON = {
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
_MODAL = record(
    {"type": one_of("modal"), "title": plain_text(24), "blocks": each(tagged(IN_VIEW), least=0, most=100)},
    {
        **_COMMON,
        "submit": plain_text(24),
        "close": plain_text(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = record(
    {"type": one_of("home"), "blocks": each(tagged(IN_VIEW), least=0, most=100)}, {**_COMMON, "title": anything}
)


def message_issues(blocks: Any, pointer: str = "/blocks") -> list[Issue]:
    """What Slack would find wrong with the blocks of a message."""
    return [*_MESSAGE_BLOCKS(blocks, pointer), *_duplicates(blocks, pointer)]


def view_issues(view: Any) -> list[Issue]:
    """What Slack would find wrong with a modal or a home tab."""
    if not isinstance(view, dict):
        return [Issue("/view", "must provide an object")]
    issues = list(tagged({"modal": _MODAL, "home": _HOME})(view, "/view"))
    issues += _duplicates(view.get("blocks"), "/view/blocks")
    has_input = any(isinstance(block, dict) and block.get("type") == "input" for block in view.get("blocks") or ())
    if has_input and view.get("type") == "modal" and not view.get("submit"):
        issues.append(Issue("/view/submit", "missing required field: submit"))
    return issues


def checked_blocks(blocks: list[Json]) -> tuple[Json, ...]:
    """The blocks of a message with all ids filled in. Raises SlackError invalid_blocks, msg_blocks_too_long."""
    issues = message_issues(blocks)
    if issues:
        raise SlackError("invalid_blocks", messages=tuple(map(str, issues)))
    if sum(map(len, texts(blocks))) > MOST_TEXT:
        raise SlackError("msg_blocks_too_long")
    return tuple(with_ids(blocks))


def checked_view(view: Any, kind: str) -> Json:
    """The view with all ids filled in. Raises SlackError invalid_arguments."""
    issues = view_issues(view)
    if not issues and view["type"] != kind:
        issues = [Issue("/view/type", f"must be {kind}")]
    if issues:
        raise SlackError("invalid_arguments", messages=tuple(map(str, issues)))
    return {**view, "blocks": with_ids(view["blocks"])}


def texts(value: Any) -> Iterator[str]:
    """Every text that a person reads in these blocks."""
    if isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "text" and isinstance(item, str):
                yield item
            else:
                yield from texts(item)


def _duplicates(blocks: Any, pointer: str) -> Iterator[Issue]:
    if isinstance(blocks, list):
        yield from duplicate_ids(blocks, pointer)
