"""Choosing tokens: the settings mean what they mean in transformers, and chance is a row's own."""

from __future__ import annotations

import math
from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import LogitsProcessorList, TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from engine.backends.transformers_text.sample import Chooser, Rules, choose_all, draw

FREE = Rules(temperature=1.0, top_p=1.0)


def scores(size: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(size, generator=torch.Generator().manual_seed(seed)) * 3


def expected(values: torch.Tensor, rules: Rules) -> torch.Tensor:
    """The chances that transformers' own warpers leave."""
    warpers = LogitsProcessorList([TemperatureLogitsWarper(rules.temperature)])
    if rules.top_k:
        warpers.append(TopKLogitsWarper(rules.top_k))
    if rules.top_p < 1:
        warpers.append(TopPLogitsWarper(rules.top_p))
    return torch.softmax(warpers(torch.LongTensor(1, 0), values[None])[0], -1)


@pytest.mark.parametrize("size", [7, 2000])
@pytest.mark.parametrize(
    "rules",
    [
        FREE,
        Rules(temperature=0.7, top_p=0.9),
        Rules(temperature=2.0, top_p=1.0, top_k=5),
        Rules(temperature=1.5, top_p=0.5, top_k=1000),
        Rules(temperature=5.0, top_p=0.999),
        Rules(temperature=0.01, top_p=0.01),
    ],
)
def test_chances_are_those_of_transformers(size: int, rules: Rules) -> None:
    values = scores(size)
    chances = expected(values, rules)
    order = chances.argsort(descending=True)
    edge = 0.0
    for token in order[:50].tolist():
        if (share := float(chances[token])) > 1e-4:
            assert draw(values, rules, edge + share / 2) == token
        edge += share


@given(st.floats(0, 1, exclude_max=True))
def test_every_chance_falls_on_a_token_that_is_allowed(chance: float) -> None:
    rules = Rules(temperature=1.0, top_p=0.8, top_k=9)
    assert expected(scores(300), rules)[draw(scores(300), rules, chance)] > 0


def test_the_same_seed_chooses_the_same_and_another_seed_something_else() -> None:
    def chosen(seed: int) -> list[int]:
        chooser = Chooser(FREE, seed)
        return [chooser.choose(scores(500, step)) for step in range(20)]

    assert chosen(1) == chosen(1)
    assert chosen(1) != chosen(2)


def test_neighbours_change_nothing() -> None:
    alone, beside = Chooser(FREE, 1), Chooser(FREE, 1)
    for step in range(10):
        row = scores(500, step)
        (one,) = choose_all(row[None].clone(), [alone])
        two = choose_all(torch.stack([scores(500, 99), row]), [Chooser(FREE, 7), beside])
        assert one == two[1]


def test_no_ngram_is_written_twice() -> None:
    chooser = Chooser(Rules(temperature=0.0, no_repeat_ngram_size=3), 0)
    values = scores(50)
    written = []
    for _ in range(40):
        written.append(chooser.choose(values.clone()))
        chooser.remember(written[-1])
    ngrams = Counter(zip(written, written[1:], written[2:], strict=False))
    assert max(ngrams.values()) == 1


def test_what_was_written_is_penalised() -> None:
    chooser = Chooser(Rules(temperature=0.0, repetition_penalty=2.0), 0)
    for token in (0, 2):
        chooser.remember(token)
    values = torch.tensor([3.0, 2.0, -1.0])
    assert chooser.choose(values) == 1
    assert values.tolist() == [1.5, 2.0, -2.0]


def test_numbers_that_broke_down_give_no_token() -> None:
    rows = torch.tensor([[1.0, math.nan], [1.0, 2.0], [-math.inf, -math.inf]])
    assert choose_all(rows, [Chooser(Rules(temperature=0.0), 0) for _ in rows]) == [None, 1, None]


def test_a_run_of_an_earlier_version_is_not_taken_over() -> None:
    chooser = Chooser(Rules(temperature=0.0, no_copy_ngram_size=3), 0, earlier=[[1, 2, 3, 4], [5, 1, 2, 6]])
    for token in (1, 2):
        chooser.remember(token)
    liked = torch.tensor([0.0, 0.0, 0.0, 9.0, 1.0, 0.0, 8.0])  # 3 first, then 6: each would end a run of three
    assert choose_all(liked[None].clone(), [chooser]) == [4]
    assert choose_all(liked[None], [Chooser(Rules(temperature=0.0), 0, earlier=[[1, 2, 3, 4]])]) == [3]
