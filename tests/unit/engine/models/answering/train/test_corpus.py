"""Questions come beside passages that answer them, that nearly do, and that are about something else."""

from __future__ import annotations

import random

from engine.domain.knowledge import Passage as Stored
from engine.knowledge.learning import told
from engine.models.answering.train.corpus import HELD_OUT, Answered, Kind, Passage, by_hand, titled


def passage(number: int, title: str = "") -> Passage:
    answered = (Answered(f"How much is {number}?", f"costs {number}"),)
    return Passage(
        "en", title or f"Title {number}", "Prices", f"It costs {number} euros.", answered, (f"Why {number}?",)
    )


CHANCE = 1


def test_words_that_answer_are_found_below_the_title() -> None:
    for example in by_hand([passage(number) for number in range(20)], random.Random(CHANCE)):  # noqa: S311
        assert (example.span is not None) is (example.kind is Kind.ANSWERED)
        if example.span:
            start, end = example.span
            assert f"It {example.passage[start:end]} euros." == example.passage.splitlines()[1]


def test_a_question_meets_no_other_passage_of_the_same_title() -> None:
    passages = [passage(number, "Shop" if number % 2 else "") for number in range(40)]
    for example in by_hand(passages, random.Random(CHANCE)):  # noqa: S311
        if example.kind is Kind.OTHER and int(example.question.rstrip("?").split()[-1]) % 2:
            assert not example.passage.startswith("Shop")


def test_what_is_held_out_is_trained_with_in_no_way() -> None:
    examples = list(by_hand([passage(number) for number in range(5 * HELD_OUT)], random.Random(CHANCE)))  # noqa: S311
    held = {example.passage for example in examples if example.held_out}
    assert held == {passage(number).shown for number in range(0, 5 * HELD_OUT, HELD_OUT)}
    trained = [example for example in examples if not example.held_out]
    assert not held & {example.passage for example in trained}
    assert not {example.question for example in trained} & {e.question for e in examples if e.held_out}


def test_a_passage_is_shown_as_the_knowledge_base_shows_it() -> None:
    for title, heading in (("Returns", "How long"), ("Returns", ""), ("", "How long"), ("", "")):
        stored = Stored("id", "document", "version", title, "Thirty days.", heading)
        assert titled(title, heading, "Thirty days.") == told(stored)
