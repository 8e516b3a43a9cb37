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
    Budget,
    unreadable,
)
from engine.knowledge.reading.tables import row_blocks

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

_HEADING = re.compile(r"^heading (\d)$", re.IGNORECASE)
_NO_TITLES = ("Word Document", "Document")
"""What templates call every document."""
_MOST_COLUMNS = 63
"""Of a table in Word."""
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

    budget = Budget()
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield from row_blocks(_rows(part), budget)
        elif text := part.text.strip():
            yield _block(part, text)


def _rows(table: Table) -> Iterator[list[str]]:
    """Its cells, each once, in the column that it begins in: python-docx gives one again for each that it spans."""
    from docx.table import _Cell

    above: list[str] = []
    for row in table._tbl.tr_lst:
        cells: list[str] = []
        for cell in row.tc_lst:
            merged = cell.vMerge == "continue" and len(cells) < len(above)
            text = above[len(cells)] if merged else _Cell(cell, table).text
            cells += [text, *[""] * min(cell.grid_span - 1, _MOST_COLUMNS - len(cells))]
        yield cells
        above = cells


def _block(paragraph: Paragraph, text: str) -> Block:
    style = (paragraph.style.name or "") if paragraph.style else ""
    if found := _HEADING.match(style):
        return Block(Is.HEADING, text, level=int(found[1]))
    if style == "Title":
        return Block(Is.HEADING, text, level=1)
    properties = paragraph._p.pPr
    numbered = style.startswith("List") or (properties is not None and properties.numPr is not None)
    return Block(Is.ITEM if numbered else Is.PARAGRAPH, text)
