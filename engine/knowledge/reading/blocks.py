"""What every kind of file is read into: blocks in the order of reading, which say what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

_QUESTION = re.compile(
    r"^(?:q(?:uestion)?\s?\d*|问题?\s?\d*|提问)\s?[:：.]\s?(?P<text>\S.*)", re.IGNORECASE | re.DOTALL
)
_ANSWER = re.compile(r"^(?:a(?:nswer)?\s?\d*|答案?\s?\d*|回答)\s?[:：.]\s?(?P<text>\S.*)", re.IGNORECASE | re.DOTALL)
_ANSWER_BELOW = re.compile(r"\n(?=(?:a(?:nswer)?\s?\d*|答案?|回答)\s?[:：])", re.IGNORECASE)


class Is(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    """Of a list; those that follow each other belong together."""
    ROW = "row"
    """Of a table, with the names of its columns in it."""
    ANSWER = "answer"
    """An answer with its question."""


@dataclass(frozen=True, slots=True)
class Block:
    """One of them. `level` is a heading's, 1 for the outermost."""

    kind: Is
    text: str
    level: int = 0
    question: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What a file says."""

    blocks: tuple[Block, ...]
    title: str = ""
    left_out: str = ""
    """What was not read of it: a code; "" where all was."""


def answered(blocks: Sequence[Block]) -> Iterator[Block]:
    """The same, but paragraphs "Q: ..." and "A: ..." that follow each other are an answer with its question."""
    question, answer = "", ""
    for block in (part for each in blocks for part in _apart(each)):
        asked = _QUESTION.match(block.text) if block.kind is Is.PARAGRAPH else None
        said = _ANSWER.match(block.text) if block.kind is Is.PARAGRAPH else None
        if said and question and not answer:
            answer = said["text"]
        elif answer and block.kind in (Is.PARAGRAPH, Is.ITEM) and not asked:
            answer += f"\n{block.text}"
        else:
            yield from _pair(question, answer)
            question, answer = asked["text"] if asked else "", ""
            if not asked:
                yield block
    yield from _pair(question, answer)


def _apart(block: Block) -> Iterator[Block]:
    """A paragraph of a question and its answer as two."""
    if block.kind is not Is.PARAGRAPH or not _QUESTION.match(block.text):
        yield block
        return
    question, *answer = _ANSWER_BELOW.split(block.text, maxsplit=1)
    yield from (Block(Is.PARAGRAPH, text) for text in (question, *answer))


def _pair(question: str, answer: str) -> Iterator[Block]:
    if answer:
        yield Block(Is.ANSWER, answer, question=question)
    elif question:
        yield Block(Is.PARAGRAPH, question)
