"""Shares out blocks over messages: as many in each as Slack takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.slack.blocks import Json
from bot.slack.text import utf8

MARKDOWN_BYTES = 10_000
"""Most Markdown in one message; Slack takes 12,000 characters over all blocks, and we count bytes to be sure."""
MOST_BLOCKS = 40
"""Most blocks of a message's body; Slack takes 50."""


def packed(blocks: Sequence[Json]) -> list[list[Json]]:
    """Blocks in messages; a heading stays with what it names."""
    messages: list[list[Json]] = []
    size = MARKDOWN_BYTES
    for unit in _units(blocks):
        weight = sum(utf8(block["text"]) for block in unit if block["type"] == "markdown")
        if not messages or size + weight > MARKDOWN_BYTES or len(messages[-1]) + len(unit) > MOST_BLOCKS:
            messages.append([])
            size = 0
        messages[-1] += unit
        size += weight
    return messages


def _units(blocks: Sequence[Json]) -> Iterator[list[Json]]:
    """Headings with the block that follows them."""
    held: list[Json] = []
    for block in blocks:
        held.append(block)
        if block["type"] != "context":
            yield held
            held = []
    if held:
        yield held
