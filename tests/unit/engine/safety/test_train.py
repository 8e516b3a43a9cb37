"""What training is made of: measures that match hand-made figures, and a regression that learns and is calibrated."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.safety.measures import at_threshold, average_precision
from engine.safety.train.corpus import OWN
from engine.safety.train.regression import PRIOR, Features, calibrate, fit

LABELS = np.array([True, False, True, False])
SCORES = np.array([0.9, 0.8, 0.7, 0.1])


def test_average_precision_is_the_mean_precision_at_each_positive() -> None:
    assert average_precision(LABELS, SCORES) == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert np.isnan(average_precision(np.array([False]), np.array([0.5])))


def test_figures_at_a_threshold() -> None:
    at = at_threshold(LABELS, SCORES, 0.75)
    assert (at.precision, at.recall, at.f1, at.false_positive_rate) == (0.5, 0.5, 0.5, 0.5)


@pytest.mark.heavy
@pytest.mark.filterwarnings("ignore:Sparse:UserWarning")
def test_the_regression_learns_from_both_kinds_of_features() -> None:
    dense = torch.tensor([[1.0, 0, 0], [0, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]])
    sentences = torch.tensor([[0.0], [0], [0], [0], [2], [-2]])
    labels = np.array([True, False, True, False, True, False])
    features = Features(dense.to_sparse_csr(), sentences)
    logits = fit(features, labels).logits(features)
    assert ((logits > 0) == labels).all()
    assert fit(features, labels).logits(features.rows(np.array([5, 0]))) == pytest.approx(logits[[5, 0]])


@pytest.mark.heavy
def test_a_calibrated_probability_is_the_share_of_unsafe_texts_but_no_more_than_the_prior() -> None:
    labels = np.array(([True] * 1 + [False] * 19) * 50)
    _, shift = calibrate(np.zeros(len(labels)), labels)
    assert 1 / (1 + np.exp(-shift)) == pytest.approx(0.05, abs=0.01)
    half = np.array([True, False] * 500)
    _, shift = calibrate(np.zeros(len(half)), half)
    assert 1 / (1 + np.exp(-shift)) == pytest.approx(PRIOR, abs=0.01)


def test_the_lists_that_the_filter_is_judged_by_are_not_trained_on() -> None:
    from tests.unit.engine.safety.conftest import ordinary, unsafe

    lines = [path.read_text(encoding="utf-8").splitlines() for path in OWN.glob("*.tsv")]
    trained = {line.partition("\t")[2].casefold() for each in lines for line in each}
    judged = {text.casefold() for _, text in ordinary()} | {text.casefold() for *_, text in unsafe()}
    assert len(trained) > 1000
    assert not trained & judged
