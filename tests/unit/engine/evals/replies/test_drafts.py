"""Drafts by a model and by quotation, judged by the check that the product makes itself."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.domain.knowledge import Hit, Passage
from engine.evals.replies.company import Answer, Question
from engine.evals.replies.drafts import QUOTED, Draft, Drafted, Writing, drafted, quoting, writers, writing
from tests.fakes import FakeTextBackend

COSTS = Passage("p1", "d", "v", "Shipping", "Standard shipping costs 4.90 euros. Express shipping costs 12.50 euros.")
TIMES = Passage("p2", "d", "v", "Shipping", "Standard parcels arrive after two to four working days.")
HITS = (Hit(COSTS, 0.9), Hit(TIMES, 0.8))


def asked(number: int, lang: str = "en", *, answered: bool = True) -> Question:
    answers = (Answer("a.en.md", "4.90 euros"),) if answered else ()
    return Question(f"{lang}-{number:02}", lang, f"How much is standard shipping, order {number}?", answers, False)


def search(question: str, most: int) -> Sequence[Hit]:
    return () if "order 3" in question else HITS[:most]


def says(text: str) -> Writing:
    return Writing("model", lambda question, hits: Draft(text, {1: COSTS.text, 2: TIMES.text}), [asked(1)], 1)


@pytest.mark.parametrize(
    ("text", "stated", "supported", "aside"),
    [
        ("Standard shipping costs 4.90 euros [1].", 1, 1, 0),
        ("Standard shipping costs 4.90 euros [1]. Returns are free for a year.", 2, 1, 0),
        ("Standard shipping costs 7 euros [1].", 1, 0, 1),
        ("", 0, 0, 1),
    ],
)
def test_sentences_are_counted_as_the_check_judges_them(text: str, stated: int, supported: int, aside: int) -> None:
    assert drafted(says(text), search) == Drafted("model", 1, stated, supported, aside)


def test_quotations_are_supported_by_what_they_quote() -> None:
    found = drafted(Writing(QUOTED, quoting, [asked(1), asked(2)], 2), search)
    assert found.drafts == 2
    assert found.supported == found.stated > 0


def test_drafts_are_spread_over_the_questions_that_something_is_found_for() -> None:
    written: list[str] = []

    def write(question: Question, hits: Sequence[Hit]) -> Draft:
        written.append(question.id)
        return Draft("", {})

    assert drafted(Writing("model", write, [asked(n) for n in range(1, 6)], 2), search).drafts == 2
    assert written == ["en-01", "en-04"]
    assert drafted(Writing("model", write, [asked(3)], 2), search).drafts == 0


def test_a_model_gets_the_prompt_of_the_product_with_all_passages() -> None:
    backend = FakeTextBackend(words=("Standard shipping ", "costs 4.90 euros [1]."))
    draft = writing(backend)(asked(1), HITS)
    assert draft.text == "Standard shipping costs 4.90 euros [1]."
    assert draft.passages == {1: COSTS.text, 2: TIMES.text}
    prompt = backend.tasks[0].turns[-1].text
    assert COSTS.text in prompt
    assert TIMES.text in prompt
    assert asked(1).text in prompt


def test_without_a_model_only_what_can_be_answered_is_quoted() -> None:
    with writers([asked(1), asked(2, answered=False)], 0, "embedded") as found:
        assert [(each.name, [q.id for q in each.questions]) for each in found] == [(QUOTED, ["en-01"])]
