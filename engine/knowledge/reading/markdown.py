"""Reads Markdown by markdown-it-py (CommonMark with tables), which rich has brought along already."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from engine.knowledge.reading.blocks import Block, Content, Is
from engine.knowledge.reading.html import html_blocks
from engine.knowledge.reading.limits import Budget
from engine.knowledge.reading.tables import row_blocks
from engine.knowledge.reading.text import decoded

_FRONT = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)
_BREAKS = {"softbreak": "\n", "hardbreak": "\n"}


def read_markdown(data: bytes) -> Content:
    """Its title is what its front matter says."""
    text = decoded(data)
    front = _FRONT.match(text)
    title = _title(front[1]) if front else ""
    tokens = MarkdownIt("commonmark").enable("table").parse(text[front.end() :] if front else text)
    return Content(tuple(_blocks(tokens)), title)


def _title(front: str) -> str:
    try:
        told = yaml.safe_load(front)
    except (yaml.YAMLError, ValueError, RecursionError):
        return ""
    found = told.get("title") if isinstance(told, dict) else None
    return str(found) if isinstance(found, str | int | float) else ""


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    item, heading, budget = 0, 0, Budget()
    table: list[list[str]] | None = None
    for token in tokens:
        match token.type:
            case "heading_open":
                heading = int(token.tag[1:])
            case "list_item_open" | "list_item_close":
                item += token.nesting
            case "table_open":
                table = []
            case "tr_open" if table is not None:
                table.append([])
            case "table_close" if table is not None:
                yield from row_blocks(table, budget)
                table = None
            case "inline" if table:
                table[-1].append(_plain(token))
            case "inline" if text := _plain(token):
                kind = Is.HEADING if heading else Is.ITEM if item else Is.PARAGRAPH
                yield Block(kind, text, level=heading)
                heading = 0
            case "inline":
                heading = 0
            case "fence" | "code_block" if token.content.strip():
                yield Block(Is.PARAGRAPH, token.content.strip())
            case "html_block":
                yield from html_blocks(token.content, budget)


def _plain(token: Token) -> str:
    """What is shown of a line."""
    parts = []
    for child in token.children or ():
        if child.type == "image":
            parts.append(_plain(child))
        elif child.type in ("text", "code_inline"):
            parts.append(child.content)
        else:
            parts.append(_BREAKS.get(child.type, ""))
    return "".join(parts).strip()
