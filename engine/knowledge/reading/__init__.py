"""Reads a file of whatever kind into blocks; a file that cannot be read is an error that says why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

from engine.errors import MaterialUnreadable
from engine.knowledge.reading.blocks import Block, Content, answered
from engine.knowledge.reading.limits import (
    DAMAGED,
    MAX_BYTES,
    MAX_CHARS,
    NO_TEXT,
    TEXT_LEFT_OUT,
    TOO_LARGE,
    UNKNOWN_TYPE,
    unreadable,
)

Read = Callable[[bytes], Content]


def read(name: str, data: bytes) -> Content:
    """What a file says, which kind its name's ending tells. Raises MaterialUnreadable."""
    reader = _reader(name)
    if reader is None:
        raise unreadable(UNKNOWN_TYPE, ending=PurePosixPath(name).suffix)
    if len(data) > MAX_BYTES:
        raise unreadable(TOO_LARGE, most=MAX_BYTES // 1_000_000)
    try:
        content = reader(data)
    except MaterialUnreadable:
        raise
    except Exception as error:  # a library met what it did not expect: one file, not the rest, is lost
        raise unreadable(DAMAGED, type(error).__name__) from error
    blocks = tuple(_cut(answered([block for block in content.blocks if block.text.strip()])))
    if not blocks:
        raise unreadable(NO_TEXT)
    whole = sum(len(block.text) for block in content.blocks) <= MAX_CHARS
    return Content(blocks, content.title, content.left_out or ("" if whole else TEXT_LEFT_OUT))


def readable(name: str) -> bool:
    """Whether there is a reader for files with this ending."""
    return PurePosixPath(name).suffix.lower() in ENDINGS


def _reader(name: str) -> Read | None:
    """Its library is imported now, not before."""
    match PurePosixPath(name).suffix.lower():
        case ".md" | ".markdown":
            from engine.knowledge.reading.markdown import read_markdown as reader
        case ".txt" | ".text":
            from engine.knowledge.reading.text import read_text as reader
        case ".html" | ".htm" | ".xhtml":
            from engine.knowledge.reading.html import read_html as reader
        case ".pdf":
            from engine.knowledge.reading.pdf import read_pdf as reader
        case ".docx":
            from engine.knowledge.reading.docx import read_docx as reader
        case ".csv" | ".tsv":
            from engine.knowledge.reading.tables import read_csv as reader
        case ".json":
            from engine.knowledge.reading.tables import read_json as reader
        case _:
            return None
    return reader


ENDINGS = (
    ".md", ".markdown", ".txt", ".text", ".html", ".htm", ".xhtml", ".pdf", ".docx", ".csv", ".tsv", ".json",
)  # fmt: skip


def _cut(blocks: Iterable[Block]) -> Iterator[Block]:
    left = MAX_CHARS
    for block in blocks:
        if left <= 0:
            return
        left -= len(block.text) + len(block.question)
        yield block
