"""Reads Word documents by python-docx: headings by their styles, lists, tables."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.knowledge.reading.blocks import Block, Content, Is
from engine.knowledge.reading.limits import (
    DAMAGED,
    LOCKED,
    MAX_UNPACKED_BYTES,
    MAX_ZIP_ENTRIES,
    TOO_LARGE,
    unreadable,
)
from engine.knowledge.reading.tables import row_blocks

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_HEADING = re.compile(r"^heading (\d)$", re.IGNORECASE)
_NO_TITLES = ("Word Document", "Document")
"""What templates call every document."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What a file begins with that Word locked with a password, or that is of before 2007."""


def read_docx(data: bytes) -> Content:
    """Raises MaterialUnreadable."""
    import docx

    _check(data)
    try:
        document = docx.Document(io.BytesIO(data))
        title = document.core_properties.title or ""
        return Content(tuple(_blocks(document)), "" if title in _NO_TITLES else title)
    except Exception as error:  # lxml and python-docx raise whatever a damaged file leads to
        raise unreadable(DAMAGED, type(error).__name__) from error


def _check(data: bytes) -> None:
    """Before anything is unpacked: zipfile unpacks no entry further than the size that it declares."""
    if data.startswith(_OLE):
        raise unreadable(LOCKED)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise unreadable(DAMAGED, type(error).__name__) from error
    if len(entries) > MAX_ZIP_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise unreadable(TOO_LARGE, most=MAX_UNPACKED_BYTES // 1_000_000)


def _blocks(document: Document) -> Iterator[Block]:
    from docx.table import Table

    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield from row_blocks([[cell.text for cell in row.cells] for row in part.rows])
        elif text := part.text.strip():
            yield _block(part, text)


def _block(paragraph: Paragraph, text: str) -> Block:
    style = (paragraph.style.name or "") if paragraph.style else ""
    if found := _HEADING.match(style):
        return Block(Is.HEADING, text, level=int(found[1]))
    if style == "Title":
        return Block(Is.HEADING, text, level=1)
    properties = paragraph._p.pPr
    numbered = style.startswith("List") or (properties is not None and properties.numPr is not None)
    return Block(Is.ITEM if numbered else Is.PARAGRAPH, text)
