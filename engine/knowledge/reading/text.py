"""Reads plain text: paragraphs between empty lines, and lists; and bytes of whatever encoding."""

from __future__ import annotations

import codecs
import re

from engine.knowledge.reading.blocks import Block, Content, Is

_ITEM = re.compile(r"^\s*(?:[-*•·‣▪]|\(?\d{1,3}[.)、）]|[a-z][.)])\s+(?=\S)", re.IGNORECASE)
_RULE = re.compile(r"^\s*(?:[=\-_*~]\s*){4,}$")


def decoded(data: bytes) -> str:
    """UTF-8 or UTF-16 with its mark; else GB 18030, in which Excel writes Chinese CSV files, or Windows-1252."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
    han = sum("一" <= letter <= "鿿" for letter in text)
    foreign = sum(letter > "\x7f" for letter in text)
    return text if 2 * han > foreign else data.decode("cp1252", errors="replace")


def read_text(data: bytes) -> Content:
    """Lines of a paragraph are joined; a line of signs is no text, but makes the line above it a heading."""
    blocks: list[Block] = []
    lines: list[str] = []
    for line in [*decoded(data).splitlines(), ""]:
        if _RULE.match(line):
            heading = lines.pop() if lines else ""
            _end(blocks, lines)
            blocks += [Block(Is.HEADING, heading.strip(), level=1)] if heading.strip() else []
        elif item := _ITEM.match(line):
            _end(blocks, lines)
            blocks.append(Block(Is.ITEM, line[item.end() :].strip()))
        elif not line.strip():
            _end(blocks, lines)
        elif line[0].isspace() and not lines and blocks and blocks[-1].kind is Is.ITEM:
            blocks[-1] = Block(Is.ITEM, f"{blocks[-1].text} {line.strip()}")
        else:
            lines.append(line.strip())
    return Content(tuple(blocks))


def _end(blocks: list[Block], lines: list[str]) -> None:
    if lines:
        blocks.append(Block(Is.PARAGRAPH, "\n".join(lines)))
        lines.clear()
