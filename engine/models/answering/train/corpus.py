"""What the model learns from: questions, passages, and whether the one answers the other."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

HANDWRITTEN = Path(__file__).with_name("handwritten")
HAND = "hand"
"""The source of what is written there."""
HELD_OUT = 8
"""Every so many handwritten passages are kept out of the training, to see how well it does."""
ASKED_ELSEWHERE = 0.4
"""So often a question that its passage does not answer is put beside another passage, too."""


class Kind(StrEnum):
    """How a question stands to a passage."""

    ANSWERED = "answered"
    NEAR = "near"
    """The passage is on the subject and does not say."""
    OTHER = "other"
    """The passage is on something else."""


@dataclass(frozen=True, slots=True)
class Example:
    """One question beside one passage."""

    question: str
    passage: str
    kind: Kind
    span: tuple[int, int] | None
    """Where in the passage the answer stands, from and to; None where it does not say, or that is not known."""
    source: str
    held_out: bool


def titled(title: str, heading: str, text: str) -> str:
    """A passage as the knowledge base shows it to the model, with what it is about in its first line."""
    about = " › ".join(filter(None, (title, heading)))
    return f"{about}\n{text}" if about else text


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, and the words of the passage that answer it."""

    question: str
    words: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One that was written for this, with questions to it."""

    lang: str
    title: str
    heading: str
    text: str
    answered: tuple[Answered, ...]
    unanswered: tuple[str, ...]
    """On the same subject."""

    @property
    def shown(self) -> str:
        return titled(self.title, self.heading, self.text)

    def span(self, words: str) -> tuple[int, int]:
        """Where in what is shown these words stand. Raises ValueError where they do not."""
        start = len(self.shown) - len(self.text) + self.text.index(words)
        return start, start + len(words)


def handwritten(folder: Path = HANDWRITTEN) -> list[Passage]:
    """Of each file a passage a line. Raises FileNotFoundError where there is none: the wheel comes without them."""
    if not (paths := sorted(folder.glob("*.jsonl"))):
        raise FileNotFoundError(f"{folder} has no passages: train in a checkout of the repository")
    return [_passage(line) for path in paths for line in path.read_text("utf-8").splitlines()]


def _passage(line: str) -> Passage:
    row = json.loads(line)
    answered = tuple(Answered(each["q"], each["span"]) for each in row["answered"])
    return Passage(row["lang"], row["title"], row["heading"], row["text"], answered, tuple(row["unanswered"]))


def by_hand(passages: list[Passage], chance: random.Random) -> Iterator[Example]:
    """Each question beside its passage, most beside one with another title too; what is held out meets its like."""
    for number, passage in enumerate(passages):
        held = number % HELD_OUT == 0
        others = [
            other.shown
            for place, other in enumerate(passages)
            if other.title != passage.title and (place % HELD_OUT == 0) == held
        ]
        for asked in passage.answered:
            span = passage.span(asked.words)
            yield Example(asked.question, passage.shown, Kind.ANSWERED, span, HAND, held)
            yield Example(asked.question, chance.choice(others), Kind.OTHER, None, HAND, held)
        for question in passage.unanswered:
            yield Example(question, passage.shown, Kind.NEAR, None, HAND, held)
            if chance.random() < ASKED_ELSEWHERE:
                yield Example(question, chance.choice(others), Kind.OTHER, None, HAND, held)
