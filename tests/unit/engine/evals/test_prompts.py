"""What is asked for: natural English and Chinese, both languages for the same thing with the same seed."""

from __future__ import annotations

import pytest

from engine.evals.prompts import chinese, groups, phrasings
from engine.evals.references import chosen
from engine.models.picture.concepts import Concept, concepts

BY_NAME = {concept.name: concept for concept in concepts()}


@pytest.mark.parametrize(("name", "said"), [("cat", "一只猫"), ("bicycle", "一辆自行车"), ("castle", "一座城堡")])
def test_chinese_counts_with_the_measure_word(name: str, said: str) -> None:
    assert chinese(BY_NAME[name]) == said


def test_a_group_for_each_language_of_what_is_trained_and_unseen() -> None:
    sizes = {name: len(cases) for name, cases in groups(chosen(), phrasings()).items()}
    assert sizes == {
        "trained, English": 200,
        "trained, Chinese": 200,
        "unseen, English": 100,
        "unseen, Chinese": 100,
    }


def test_the_languages_ask_for_the_same_with_the_same_seeds() -> None:
    first, second, third, fourth = groups(chosen(), phrasings()).values()
    assert [(case.concept, case.seed) for case in first] == [(case.concept, case.seed) for case in second]
    assert [(case.concept, case.seed) for case in third] == [(case.concept, case.seed) for case in fourth]


def test_no_two_pictures_of_a_group_share_a_seed() -> None:
    cat = Concept(("cat",), ("cat",), ("猫",), "只", True)
    seeds = [case.seed for case in groups([cat, cat, cat], [])["trained, English"]]
    assert seeds == [0, 4, 8]
