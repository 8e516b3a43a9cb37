"""Reads HTML by lxml, which python-docx brings along; libxml2 mends what is broken and limits depth by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from engine.knowledge.reading.blocks import Block, Content, Is
from engine.knowledge.reading.limits import NO_TEXT, Budget, unreadable
from engine.knowledge.reading.tables import row_blocks
from engine.knowledge.reading.text import decoded

_LEFT_OUT = ("head", "script", "style", "noscript", "template", "nav", "aside", "form", "button", "svg", "iframe")
_INLINE = frozenset(
    """
    a abbr b bdi big cite code del dfn em font i img ins kbd label mark q s samp small span strong sub sup time tt u
    var wbr
    """.split()  # noqa: SIM905 - a list would take a line for each
)
_HEADING = re.compile(r"^h([1-6])$")
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")


def read_html(data: bytes) -> Content:
    """What a reader would see of it, without navigation. Raises MaterialUnreadable where that is nothing."""
    tree = _parsed(decoded(data))
    if tree is None:
        raise unreadable(NO_TEXT)
    title = tree.findtext(".//title") or ""
    return Content(tuple(_shown(tree, Budget())), " ".join(title.split()))


def html_blocks(text: str, budget: Budget) -> Iterator[Block]:
    """Of a piece of a page; `budget` is the file's."""
    tree = _parsed(text)
    if tree is not None:
        yield from _shown(tree, budget)


def _parsed(text: str) -> Any:
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        return html.document_fromstring(_DECLARED.sub("", text).encode(errors="replace"), parser=parser)
    except (etree.ParserError, ValueError):
        return None


def _shown(tree: Any, budget: Budget) -> Iterator[Block]:
    etree.strip_elements(tree, *_LEFT_OUT, with_tail=False)
    return (block for block in _walk(tree, budget) if block.text)


def _walk(node: Any, budget: Budget) -> Iterator[Block]:
    """Blocks of an element; text that stands between elements is a paragraph of its own.

    A table of one row, or with tables in it, is there for its looks: its cells are read one by one.
    """
    tag = node.tag
    if found := _HEADING.match(tag):
        yield Block(Is.HEADING, _text(node), level=int(found[1]))
    elif tag == "table" and len(rows := list(_own(node, "tr"))) > 1 and node.find(".//table") is None:
        yield from row_blocks(([_text(cell) for cell in _own(row, "td", "th")] for row in rows), budget)
    elif tag == "dl":
        yield from _definitions(node)
    elif tag == "details" and (summary := node.find("summary")) is not None:
        question = _text(summary)
        summary.drop_tree()
        yield Block(Is.ANSWER, _text(node), question=question)
    elif tag == "li" and not node.xpath(".//li|.//table"):
        yield Block(Is.ITEM, _text(node))
    else:
        yield from _mixed(node, Is.ITEM if tag == "li" else Is.PARAGRAPH, budget)


def _mixed(node: Any, kind: Is, budget: Budget) -> Iterator[Block]:
    parts = [node.text or ""]
    for child in node:
        if child.tag in _INLINE:
            parts.append(_text(child))
        elif child.tag == "br":
            parts.append("\n")
        else:
            yield Block(kind, _tidy("".join(parts)))
            parts.clear()
            yield from _walk(child, budget)
        parts.append(child.tail or "")
    yield Block(kind, _tidy("".join(parts)))


def _definitions(node: Any) -> Iterator[Block]:
    term = ""
    for child in _own(node, "dt", "dd"):
        if child.tag == "dt":
            term = _text(child)
        else:
            yield Block(Is.ANSWER, _text(child), question=term)


def _own(node: Any, *tags: str) -> Iterator[Any]:
    """The nearest elements below with these tags, but none within them: what is nested is read once."""
    for child in node:
        if child.tag in tags:
            yield child
        else:
            yield from _own(child, *tags)


def _text(node: Any) -> str:
    """All text below a node, with a line for each block in it."""
    parts = [node.text or ""]
    for event, each in etree.iterwalk(node, events=("start", "end")):
        if each is node:
            continue
        if each.tag not in _INLINE:
            parts.append("\n")
        parts.append((each.text if event == "start" else each.tail) or "")
    return _tidy("".join(parts))


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
