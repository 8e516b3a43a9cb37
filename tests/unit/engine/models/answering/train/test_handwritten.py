"""What was written for the training is whole, and none of what searches are measured on."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from engine.evals.replies.company import company, letters, practice
from engine.models.answering.train.corpus import Passage, handwritten

ADDRESS = re.compile(r"@|://|www\.|[a-z0-9-]\.[a-z]{2,}", re.IGNORECASE)


@cache
def passages() -> list[Passage]:
    return handwritten()


def questions(passage: Passage) -> list[str]:
    return [*(each.question for each in passage.answered), *passage.unanswered]


def test_words_that_answer_stand_in_their_passage() -> None:
    for passage in passages():
        for answered in passage.answered:
            start, end = passage.span(answered.words)
            assert passage.shown[start:end] == answered.words != ""


def test_each_passage_has_questions_that_it_answers_and_as_many_that_it_does_not() -> None:
    assert len(passages()) == 1_074
    for passage in passages():
        assert len(passage.answered) == len(passage.unanswered) > 0
        assert not {each.question for each in passage.answered} & set(passage.unanswered)


def test_half_of_them_are_english_and_half_chinese() -> None:
    assert Counter(passage.lang for passage in passages()) == {"en": 512, "zh": 562}


def test_no_passage_comes_twice() -> None:
    assert len({letters(passage.text) for passage in passages()}) == len(passages())


def test_no_question_is_one_that_searches_are_measured_on() -> None:
    written = {letters(question) for passage in passages() for question in questions(passage)}
    assert not written & {letters(each.text) for asked in (company(), practice()) for each in asked.questions}


def test_no_address_is_named_that_might_be_somebodys() -> None:
    for passage in passages():
        said = "\n".join([passage.title, passage.heading, passage.text, *questions(passage)])
        assert not ADDRESS.search(said)


def test_where_they_are_missing_it_is_said_where_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="checkout"):
        handwritten(tmp_path)
