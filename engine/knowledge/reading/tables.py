"""Reads tables: those of questions and answers, whatever their columns are called, and any others row by row."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.knowledge.reading.blocks import Block, Content, Is
from engine.knowledge.reading.limits import DAMAGED, MAX_ROWS, NO_QUESTIONS, TEXT_LEFT_OUT, Budget, unreadable
from engine.knowledge.reading.text import decoded

_QUESTION = {"question", "questions", "q", "query", "customer question", "问题", "问", "提问", "客户问题", "标准问题"}
_ANSWER = {"answer", "answers", "a", "reply", "response", "canned answer", "答案", "答", "回答", "回复", "标准答案"}
_TITLE = {"title", "heading", "name", "标题", "名称"}
_TEXT = {"text", "content", "body", "正文", "内容"}
_CSV_FIELD_CHARS = 200_000


def row_blocks(rows: Iterable[Sequence[str]], budget: Budget) -> Iterator[Block]:
    """Of a table whose first row names its columns; no more rows are asked for than `budget`, the file's, has room for.

    What goes beyond it is more than is read of a file at all, so that the report says that something was left out.
    """
    rest = iter(rows)
    for block in _rows([cell.strip() for cell in next(rest, ())], rest):
        budget.left -= len(block.text) + len(block.question)
        yield block
        if budget.left < 0:
            return


def _rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Block]:
    question, answer = _column(header, _QUESTION), _column(header, _ANSWER)
    for row in rows:
        cells = [cell.strip() for cell in row]
        if question is not None and answer is not None and max(question, answer) < len(cells):
            if cells[answer]:
                yield Block(Is.ANSWER, cells[answer], question=cells[question])
        elif told := [f"{name}: {cell}" if name else cell for name, cell in zip(header, cells, strict=False) if cell]:
            yield Block(Is.ROW, "; ".join(told))


def read_csv(data: bytes) -> Content:
    """Comma, semicolon or tab between its cells. Raises MaterialUnreadable."""
    text = decoded(data)
    csv.field_size_limit(_CSV_FIELD_CHARS)
    try:  # of what the first line suggests the delimiter alone is kept: quotes are doubled in every dialect
        delimiter = csv.Sniffer().sniff(text[:8192].split("\n", 1)[0], delimiters=",;\t").delimiter
    except csv.Error:
        delimiter = ","
    try:
        found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = list(itertools.islice((row for row in found if any(cell.strip() for cell in row)), MAX_ROWS + 1))
    except csv.Error as error:
        raise unreadable(DAMAGED, str(error)) from error
    return Content(tuple(row_blocks(rows, Budget())), left_out=TEXT_LEFT_OUT if len(rows) > MAX_ROWS else "")


def read_json(data: bytes) -> Content:
    """Objects of a question and an answer or of a title and a text, wherever they stand; or question: answer pairs.

    Raises MaterialUnreadable.
    """
    try:
        tree = json.loads(decoded(data))
        blocks = list(itertools.islice(_told(tree), MAX_ROWS + 1))
    except (ValueError, RecursionError) as error:
        raise unreadable(DAMAGED, type(error).__name__) from error
    if not blocks:
        raise unreadable(NO_QUESTIONS)
    return Content(tuple(blocks[:MAX_ROWS]), left_out=TEXT_LEFT_OUT if len(blocks) > MAX_ROWS else "")


def _told(tree: object) -> Iterator[Block]:
    match tree:
        case list():
            for each in tree:
                yield from _told(each)
        case dict():
            yield from _object(tree)


def _object(tree: Mapping[str, object]) -> Iterator[Block]:
    texts = {key.strip().casefold(): value.strip() for key, value in tree.items() if isinstance(value, str)}
    question, answer = _first(texts, _QUESTION), _first(texts, _ANSWER)
    title, text = _first(texts, _TITLE), _first(texts, _TEXT)
    if question and answer:
        yield Block(Is.ANSWER, answer, question=question)
    elif text:
        if title:
            yield Block(Is.HEADING, title, level=1)
        yield Block(Is.PARAGRAPH, text)
    elif len(texts) == len(tree) and all(_asks(key) for key in texts):
        yield from (
            Block(Is.ANSWER, value, question=key.strip()) for key, value in tree.items() if isinstance(value, str)
        )
    else:
        yield from _told([value for value in tree.values() if isinstance(value, list | dict)])


def _asks(text: str) -> bool:
    return text.endswith(("?", "？", "吗", "呢"))


def _first(texts: Mapping[str, str], names: set[str]) -> str:
    return next((text for name, text in texts.items() if name in names), "")


def _column(header: Sequence[str], names: set[str]) -> int | None:
    return next((number for number, name in enumerate(header) if name.casefold() in names), None)
