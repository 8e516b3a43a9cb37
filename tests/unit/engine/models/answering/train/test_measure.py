"""Figures match hand-made ones."""

from __future__ import annotations

import numpy as np
import pytest

from engine.models.answering.train.corpus import Example, Kind
from engine.models.answering.train.measure import figures, under_curve


@pytest.mark.parametrize(
    ("scores", "area"),
    [([2, 1, 0, -1], 1.0), ([0, -1, 2, 1], 0.0), ([2, 0, 1, -1], 0.75), ([1, 1, 1, 1], 0.5)],
    ids=["all above", "all below", "one pair of four the wrong way", "all the same"],
)
def test_the_area_is_the_share_of_pairs_in_the_right_order(scores: list[float], area: float) -> None:
    right = np.array([True, True, False, False])
    assert under_curve(np.array(scores, np.float32), right) == area


def test_each_kind_of_wrong_passage_is_measured_by_itself() -> None:
    kinds = (Kind.ANSWERED, Kind.NEAR, Kind.OTHER)
    examples = [Example("q", "p", kind, None, source, True) for source in ("hand", "set") for kind in kinds]
    lines = list(figures(examples[:5], np.array([1, 2, -3, 1, -1], np.float32)))
    assert lines[1:] == [
        "| hand | near | 2 | 0.000 | 100% | 100% |",
        "| hand | other | 2 | 1.000 | 100% | 0% |",
        "| set | near | 2 | 1.000 | 100% | 0% |",
    ]
