"""Files in SQuAD's format become examples: what is impossible is near, what a neighbour says something else."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from engine.models.answering.train import squad as squad_module
from engine.models.answering.train.corpus import Example, Kind
from engine.models.answering.train.squad import HELD_OUT, SETS, OpenSet, across, read, squad

PARIS, ROME = "Paris is the capital of France.", "Rome is the capital of Italy."
ALWAYS = OpenSet("set", others=1.0, titled=True)


def asked(question: str, *answers: tuple[str, int], impossible: bool = False) -> dict[str, Any]:
    found = [{"text": text, "answer_start": start} for text, start in answers]
    return {"id": question[:4], "question": question, "answers": found, "is_impossible": impossible}


def written(path: Path, *articles: list[tuple[str, list[dict[str, Any]]]]) -> Path:
    data = [
        {"title": "The_capitals", "paragraphs": [{"context": context, "qas": qas} for context, qas in article]}
        for article in articles
    ]
    path.write_text(json.dumps({"data": data}), encoding="utf-8")
    return path


def drawn(path: Path, source: OpenSet = ALWAYS) -> list[Example]:
    return list(squad(path, source, random.Random(1)))  # noqa: S311


@pytest.fixture
def capitals(tmp_path: Path) -> Path:
    of_france = [asked("What is France's capital?", (PARIS[:5], 0)), asked("How big is it?", impossible=True)]
    return written(tmp_path / "set.json", [(PARIS, of_france), (ROME, [])])


def test_a_question_comes_beside_its_passage_and_beside_a_neighbour(capitals: Path) -> None:
    answered, other, near = drawn(capitals)
    assert (answered.kind, other.kind, near.kind) == (Kind.ANSWERED, Kind.OTHER, Kind.NEAR)
    assert answered.question == other.question != near.question
    assert answered.passage.endswith(PARIS)
    assert other.passage.endswith(ROME)
    assert near.passage.endswith(PARIS)


def test_the_answer_is_found_whether_a_title_stands_above_or_not(tmp_path: Path) -> None:
    path = written(tmp_path / "set.json", [(PARIS, [asked("Where?", (PARIS[:5], 0))])] * 40)
    examples = [each for each in drawn(path) if each.kind is Kind.ANSWERED]
    assert {each.passage for each in examples} == {PARIS, f"The capitals\n{PARIS}"}
    assert {each.passage[slice(*each.span)] for each in examples if each.span} == {"Paris"}


def test_a_place_that_is_wrong_is_not_learned(tmp_path: Path) -> None:
    path = written(tmp_path / "set.json", [(PARIS, [asked("Where?", ("Paris", 7))])])
    (example,) = drawn(path)
    assert (example.kind, example.span) == (Kind.ANSWERED, None)


def test_a_neighbour_that_has_the_same_words_may_answer_and_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path / "set.json", [(PARIS, [asked("What is it?", ("capital", 13))]), (ROME, [])])
    assert [each.kind for each in drawn(path)] == [Kind.ANSWERED]


def test_an_article_of_one_passage_has_neighbours_in_others(tmp_path: Path) -> None:
    articles = [[(f"{number} is a number.", [asked("Which?", (str(number), 0))])] for number in range(30)]
    others = [each for each in drawn(written(tmp_path / "set.json", *articles)) if each.kind is Kind.OTHER]
    assert len(others) > 10


def test_whole_articles_are_held_out(tmp_path: Path) -> None:
    articles = [[(f"{number} is a number.", [asked("Which?", (str(number), 0))])] for number in range(2 * HELD_OUT)]
    examples = [each for each in drawn(written(tmp_path / "set.json", *articles)) if each.kind is Kind.ANSWERED]
    held = [number for number, each in enumerate(examples) if each.held_out]
    assert held == [0, HELD_OUT]


def test_a_question_of_one_language_comes_beside_the_passage_of_the_other(tmp_path: Path) -> None:
    english = written(tmp_path / "en.json", [(PARIS, [asked("1234 What is France's capital?", ("Paris", 0))])])
    chinese = written(tmp_path / "zh.json", [("巴黎是法国的首都。", [asked("1234 法国的首都是哪里？", ("巴黎", 0))])])
    (example,) = across(english, chinese, random.Random(1))  # noqa: S311
    assert example.question == "1234 What is France's capital?"
    assert (example.passage, example.span) == ("巴黎是法国的首都。", (0, 2))


def test_all_the_sets_are_read_the_same_each_time(tmp_path: Path) -> None:
    for each in SETS:
        written(tmp_path / f"{each.name}.json", [(PARIS, [asked("Where?", ("Paris", 0))]), (ROME, [])])
    first, again = (list(read(tmp_path, random.Random(1))) for _ in range(2))  # noqa: S311
    assert first == again
    assert {example.source for example in first} >= {each.name for each in SETS}


def test_a_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"squad-en\.json"):
        list(read(tmp_path, random.Random(1)))  # noqa: S311


def test_the_card_says_where_each_set_is() -> None:
    card = (Path(squad_module.__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    for each in SETS:
        assert f"get {each.name} " in card
