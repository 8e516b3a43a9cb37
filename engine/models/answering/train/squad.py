"""Open sets of questions in SQuAD's format (Rajpurkar et al. 2018, arXiv 1806.03822); README.md says where they are."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.models.answering.train.corpus import Example, Kind, titled

HELD_OUT = 16
"""Every so many articles are kept out of the training."""
TITLED = 0.7
"""So many passages are shown with their article's title, as many documents have one."""


@dataclass(frozen=True, slots=True)
class OpenSet:
    """A file, and how examples are drawn from it."""

    name: str
    """Of the file, without .json; and of the examples' source."""
    others: float
    """So many answered questions are put beside a neighbour of their passage, too."""
    titled: bool = False
    """Whether its articles' titles say what they are about."""


XQUAD = ("xquad-en", "xquad-zh")
"""The same in two languages (Artetxe et al. 2020, arXiv 1910.11856)."""
SETS = (
    OpenSet("squad-en", 0.5, titled=True),
    OpenSet("squad-zh", 0.5, titled=True),
    OpenSet("cmrc-dev", 0.7),
    OpenSet("cmrc-trial", 0.7),
    *(OpenSet(name, 0.7, titled=True) for name in XQUAD),
    OpenSet("policy-dev", 0.8),
    OpenSet("policy-test", 0.8),
)


def read(folder: Path, chance: random.Random) -> Iterator[Example]:
    """Of all the sets, and of XQuAD with questions in the other language. Raises OSError for a missing file."""
    for each in SETS:
        yield from squad(folder / f"{each.name}.json", each, chance)
    for asked, shown in (XQUAD, XQUAD[::-1]):
        yield from across(folder / f"{asked}.json", folder / f"{shown}.json", chance)


@dataclass(frozen=True, slots=True)
class _Place:
    """A passage that questions are put beside."""

    source: str
    held_out: bool
    title: str
    context: str

    def own(self, asked: Any) -> Iterator[Example]:
        """With a question that was written for it."""
        shown = titled(self.title, "", self.context)
        if asked.get("is_impossible"):
            yield Example(asked["question"], shown, Kind.NEAR, None, self.source, self.held_out)
        elif asked["answers"]:
            span = self._span(asked["answers"][0], len(shown) - len(self.context))
            yield Example(asked["question"], shown, Kind.ANSWERED, span, self.source, self.held_out)

    def other(self, asked: Any, context: str) -> Iterator[Example]:
        """The question beside another passage, if that one does not have the answer's words by chance."""
        if not any(answer["text"] in context for answer in asked["answers"]):
            shown = titled(self.title, "", context)
            yield Example(asked["question"], shown, Kind.OTHER, None, self.source, self.held_out)

    def _span(self, answer: Any, head: int) -> tuple[int, int] | None:
        """None where the file has a wrong place, as translations do."""
        start, words = answer["answer_start"], answer["text"]
        right = self.context[start : start + len(words)] == words
        return (head + start, head + start + len(words)) if right else None


def squad(path: Path, drawn: OpenSet, chance: random.Random) -> Iterator[Example]:
    """Each question beside its passage, and some of those that are answered beside a neighbour of it."""
    articles = _articles(path)
    for number, article in enumerate(articles):
        title = str(article.get("title", "")).replace("_", " ") if drawn.titled else ""
        contexts = [paragraph["context"] for paragraph in article["paragraphs"]]
        for paragraph in article["paragraphs"]:
            context = paragraph["context"]
            place = _Place(drawn.name, number % HELD_OUT == 0, title if chance.random() < TITLED else "", context)
            for asked in paragraph["qas"]:
                yield from place.own(asked)
                away = [each for each in contexts if each != context] or _far(articles, number, chance)
                if not asked.get("is_impossible") and away and chance.random() < drawn.others:
                    yield from place.other(asked, chance.choice(away))


def across(asked_in: Path, shown_in: Path, chance: random.Random) -> Iterator[Example]:
    """Questions of one file beside the passages of the other, and beside neighbours of those."""
    questions = {asked["id"]: asked["question"] for paragraph in _paragraphs(asked_in) for asked in paragraph["qas"]}
    for number, article in enumerate(_articles(shown_in)):
        contexts = [paragraph["context"] for paragraph in article["paragraphs"]]
        for paragraph in article["paragraphs"]:
            place = _Place(f"{shown_in.stem}-across", number % HELD_OUT == 0, "", paragraph["context"])
            for asked in paragraph["qas"]:
                translated = {**asked, "question": questions[asked["id"]]}
                yield from place.own(translated)
                if (other := chance.choice(contexts)) != paragraph["context"]:
                    yield from place.other(translated, other)


def _articles(path: Path) -> list[Any]:
    articles: list[Any] = json.loads(path.read_text("utf-8"))["data"]
    return articles


def _paragraphs(path: Path) -> Iterator[Any]:
    for article in _articles(path):
        yield from article["paragraphs"]


def _far(articles: Sequence[Any], number: int, chance: random.Random) -> list[str]:
    """Passages of another article, for one that has a single passage."""
    other = chance.randrange(len(articles))
    return [] if other == number else [paragraph["context"] for paragraph in articles[other]["paragraphs"]]
