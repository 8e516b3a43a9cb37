"""Ids of blocks and actions: unique, and given where the app gave none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.playground.blockkit.rules import Issue
from bot.playground.ids import new_block_id
from bot.playground.model import Json

_INTERACTIVE_FIELDS = ("elements", "accessory", "element", "actions")


def duplicate_ids(blocks: list[Any], pointer: str) -> Iterator[Issue]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        if not isinstance(block, dict):
            continue
        block_id = _id(block, "block_id")
        if block_id in seen:
            yield Issue(f"{pointer}/{index}/block_id", f"`block_id` {block_id} already exists")
        seen |= {block_id} - {""}
        yield from _duplicate_actions(block, f"{pointer}/{index}")


def _duplicate_actions(block: Json, pointer: str) -> Iterator[Issue]:
    seen: set[str] = set()
    for where, element in _elements(block):
        action_id = _id(element, "action_id")
        if action_id in seen:
            message = f"`action_id` {action_id} already exists for `block_id` {block.get('block_id', '')}"
            yield Issue(f"{pointer}/{where}/action_id", message)
        seen |= {action_id} - {""}


def _id(value: Json, name: str) -> str:
    """ "" if there is none, or no text; the latter is for other rules to find."""
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _elements(block: Json) -> Iterator[tuple[str, Json]]:
    for field in _INTERACTIVE_FIELDS:
        value = block.get(field)
        if isinstance(value, dict):
            yield field, value
        elif isinstance(value, list):
            yield from ((f"{field}/{index}", item) for index, item in enumerate(value) if isinstance(item, dict))


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy in which every block has a block_id, and every element that can be acted on an action_id."""
    return [_with_ids(block) for block in blocks]


def _with_ids(block: Json) -> Json:
    copied = {**block, "block_id": block.get("block_id") or new_block_id()}
    if block["type"] in ("rich_text", "context", "plan", "table"):
        return copied
    if block["type"] == "carousel":
        return copied | {"elements": with_ids(block["elements"])}
    for field in _INTERACTIVE_FIELDS:
        value = copied.get(field)
        if isinstance(value, list):
            copied[field] = [_with_action_id(element) for element in value]
        elif isinstance(value, dict):
            copied[field] = _with_action_id(value)
    return copied


def _with_action_id(element: Json) -> Json:
    if element["type"] == "image":
        return element
    return {**element, "action_id": element.get("action_id") or new_block_id()}
