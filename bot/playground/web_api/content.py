"""The text, blocks and metadata of a message that the app wants to show."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.playground.blockkit import checked_blocks
from bot.playground.blockkit.rules import Issue
from bot.playground.errors import SlackError
from bot.playground.model import Json
from bot.playground.people.shown import find_slack_file
from bot.playground.playground import Playground
from bot.playground.web_api.call import Call

MOST_POSTED = 40_000
MOST_UPDATED = 4_000
MOST_MARKDOWN = 12_000


@dataclass(frozen=True, slots=True)
class Content:
    text: str
    blocks: tuple[Json, ...]


def content(call: Call, most_text: int) -> Content:
    """Raises SlackError: no_text, msg_too_long, invalid_blocks, invalid_blocks_format, markdown_text_conflict."""
    text, markdown = call.text("text"), call.text("markdown_text")
    blocks = message_blocks(call)
    attachments = call.structure("attachments", "invalid_attachments")
    if markdown:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > MOST_MARKDOWN:
            raise SlackError("msg_too_long")
        return Content(markdown, checked_blocks([{"type": "markdown", "text": markdown}]))
    if not text.strip() and not blocks and not attachments:
        raise SlackError("no_text")
    if len(text) > most_text:
        raise SlackError("msg_too_long")
    return Content(text, blocks)


def message_blocks(call: Call) -> tuple[Json, ...]:
    """The argument `blocks`, checked, every file in it ready to be shown."""
    blocks = call.structure("blocks", "invalid_blocks_format") or []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    return ready_blocks(call.playground, blocks)


def ready_blocks(playground: Playground, blocks: list[Json]) -> tuple[Json, ...]:
    checked = checked_blocks(blocks)
    if issues := list(_unready_files(playground, list(checked), "/blocks")):
        raise SlackError("invalid_blocks", messages=tuple(map(str, issues)))
    return checked


def metadata(call: Call) -> Json | None:
    """The argument `metadata`. Raises SlackError invalid_metadata_format, invalid_metadata_schema."""
    given = call.structure("metadata", "invalid_metadata_format")
    if given is None:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("event_type"), str):
        raise SlackError("invalid_metadata_schema")
    if not isinstance(given.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    return given


def _unready_files(playground: Playground, value: Any, pointer: str) -> Iterator[Issue]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unready_files(playground, item, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "slack_file" and isinstance(item, dict):
                if not _is_ready(playground, item):
                    yield Issue(f"{pointer}/slack_file", "invalid slack file")
            else:
                yield from _unready_files(playground, item, f"{pointer}/{key}")


def _is_ready(playground: Playground, slack_file: Json) -> bool:
    file = find_slack_file(playground.workspace, slack_file)
    shows = file and file.complete and file.mimetype in ("image/png", "image/jpeg", "image/gif")
    return bool(file and shows and file.ready_at <= time.time())
