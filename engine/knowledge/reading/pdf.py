"""Reads PDF by pypdf, which is Python alone and limits by itself what a page may unpack to."""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from engine.knowledge.reading.blocks import Block, Content, Is
from engine.knowledge.reading.limits import (
    DAMAGED,
    LOCKED,
    MAX_PAGES,
    MAX_SECONDS,
    NO_TEXT,
    PAGES_LEFT_OUT,
    TIME_UP,
    unreadable,
)
from engine.knowledge.reading.text import read_text

if TYPE_CHECKING:
    from pypdf import PdfReader

_SENTENCE_ENDS = (".", "!", "?", ":", "。", "！", "？", "：")
_PAGE_NUMBER = re.compile(r"^(?:page\s+|第\s?)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4}|\s?页)?$", re.IGNORECASE)


def read_pdf(data: bytes, now: Callable[[], float] = time.monotonic) -> Content:
    """The text of its pages; a page that cannot be read is left out. Raises MaterialUnreadable."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # or it tells of each flaw what only its makers understand
    try:
        reader = PdfReader(io.BytesIO(data))
        pages = len(reader.pages)
        title = (reader.metadata.title if reader.metadata else None) or ""
    except (FileNotDecryptedError, DependencyError) as error:
        raise unreadable(LOCKED) from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise unreadable(DAMAGED, type(error).__name__) from error  # pypdf raises what a damaged file leads to
    ends, texts = now() + MAX_SECONDS, []
    left_out = PAGES_LEFT_OUT if pages > MAX_PAGES else ""
    for number in range(min(pages, MAX_PAGES)):
        if now() > ends:
            left_out = TIME_UP
            break
        texts.append(_page(reader, number))
    if not any(text.strip() for text in texts):
        raise unreadable(NO_TEXT)
    return Content(tuple(_blocks(texts)), str(title).strip(), left_out)


def _page(reader: PdfReader, number: int) -> str:
    try:
        return reader.pages[number].extract_text()
    except Exception:  # one page's fonts or streams are damaged: the others may be read
        return ""


def _blocks(texts: list[str]) -> Iterator[Block]:
    """Lines of a paragraph are joined, across pages too; page numbers are left out."""
    lines = [line for text in texts for line in [*text.splitlines(), ""] if not _PAGE_NUMBER.match(line.strip())]
    for block in read_text("\n".join(_joined(lines)).encode(errors="replace")).blocks:
        yield Block(block.kind, block.text.replace("\n", " "), block.level) if block.kind is Is.ITEM else block


def _joined(lines: list[str]) -> Iterator[str]:
    """An empty line in the middle of a sentence is where a page ended."""
    for number, line in enumerate(lines):
        before = lines[number - 1].rstrip() if number else ""
        after = next((each for each in lines[number + 1 : number + 3] if each.strip()), "")
        cut = not line.strip() and before and not before.endswith(_SENTENCE_ENDS) and after[:1].islower()
        if not cut:
            yield line
