"""What training is made of: measures that match hand-made figures, and a regression that learns and is calibrated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.sparse import csr_matrix

from engine.safety.features import has_cjk
from engine.safety.measures import at_threshold, average_precision
from engine.safety.network import WIDTH, untrained
from engine.safety.train.corpus import ANY, OWN, TASKS, Example
from engine.safety.train.hidden import hidden
from engine.safety.train.phrases import phrases
from engine.safety.train.regression import PRIOR, calibrate, fit
from engine.safety.train.tuning import answers, tune

LABELS = np.array([True, False, True, False])
SCORES = np.array([0.9, 0.8, 0.7, 0.1])


def test_average_precision_is_the_mean_precision_at_each_positive() -> None:
    assert average_precision(LABELS, SCORES) == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert np.isnan(average_precision(np.array([False]), np.array([0.5])))


def test_figures_at_a_threshold() -> None:
    at = at_threshold(LABELS, SCORES, 0.75)
    assert (at.precision, at.recall, at.f1, at.false_positive_rate) == (0.5, 0.5, 0.5, 0.5)


@pytest.mark.parametrize("columns", [np.array, csr_matrix])
def test_the_regression_learns_from_dense_and_from_sparse_columns(columns: Callable[[Any], Any]) -> None:
    values = columns([[1.0, 0, 0], [0, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, -1]])
    labels = np.array([True, False, True, False, True, False])
    weights, bias = fit(values, labels, 10.0, np.ones(len(labels)))
    assert ((values @ weights + bias > 0) == labels).all()


def test_a_weaker_fit_has_smaller_weights() -> None:
    values, labels = np.array([[1.0], [-1.0]]), np.array([True, False])
    weak, strong = (fit(values, labels, strength, np.ones(2))[0][0] for strength in (0.1, 10.0))
    assert 0 < weak < strong


def test_an_important_example_is_fitted_before_one_that_says_otherwise() -> None:
    values, labels = np.array([[1.0], [1.0], [-1.0]]), np.array([True, False, False])
    trusted, doubted = (fit(values, labels, 10.0, np.array([1.0, each, 1.0]))[0][0] for each in (0.01, 1.0))
    assert trusted > doubted


def test_a_calibrated_probability_is_the_share_of_unsafe_texts_but_no_more_than_the_prior() -> None:
    labels = np.array(([True] * 1 + [False] * 19) * 50)
    _, shift = calibrate(np.zeros(len(labels)), labels)
    assert 1 / (1 + np.exp(-shift)) == pytest.approx(0.05, abs=0.01)
    half = np.array([True, False] * 500)
    _, shift = calibrate(np.zeros(len(half)), half)
    assert 1 / (1 + np.exp(-shift)) == pytest.approx(PRIOR, abs=0.01)


def test_phrases_are_the_same_each_time_and_have_both_kinds_in_both_languages() -> None:
    made = list(phrases())
    assert made == list(phrases())
    kinds = {(has_cjk(text), bool(categories)) for text, categories in made}
    assert kinds == {(False, False), (False, True), (True, False), (True, True)}
    assert not any("{" in text for text, _ in made)


@pytest.mark.heavy
def test_the_upper_layers_learn_and_the_lower_ones_stay(tmp_path: Path) -> None:
    network = untrained()
    examples = [
        Example("own", f"{word} {number}", {ANY: word == "bad"}) for number in range(40) for word in ("bad", "good")
    ]
    states = hidden(network, [example.text for example in examples], tmp_path / "hidden.f16")
    before = {name: weight.clone() for name, weight in network.state_dict().items()}
    tuning = tune(network, examples, states, range(len(examples)), epochs=10)
    moved = {name for name, weight in network.state_dict().items() if not torch.equal(weight, before[name])}
    assert moved
    assert all(name.startswith("tuned.") for name in moved)
    found = answers(tuning, states, range(len(examples)))
    assert found.vectors.shape == (80, WIDTH)
    scores = found.logits[:, TASKS.index(ANY)]
    assert scores[::2].mean() > scores[1::2].mean()


@pytest.mark.heavy
def test_what_the_lower_layers_made_is_the_same_for_a_text_alone_and_in_a_batch(tmp_path: Path) -> None:
    network = untrained()
    texts = ["one", "a much longer text than the first one is", "早上好"]
    states = hidden(network, texts, tmp_path / "hidden.f16")
    for row, text in enumerate(texts):
        alone = network.lower(torch.tensor([network.tokens(text)]))[0]
        values, mask = states.batch([row])
        assert mask.sum() == len(alone)
        assert values[0].numpy() == pytest.approx(alone.numpy(), abs=0.02)


def test_the_lists_that_the_filter_is_judged_by_are_not_trained_on() -> None:
    from tests.unit.engine.safety.conftest import ordinary, unsafe

    lines = [path.read_text(encoding="utf-8").splitlines() for path in OWN.glob("*.tsv")]
    trained = {line.partition("\t")[2].casefold() for each in lines for line in each}
    trained |= {text.casefold() for text, _ in phrases()}
    judged = {text.casefold() for _, text in ordinary()} | {text.casefold() for *_, text in unsafe()}
    assert len(trained) > 1000
    assert not trained & judged
