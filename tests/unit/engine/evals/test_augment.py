"""Harder pictures for the judge: as many, of its size, in range, and none twice the same."""

from __future__ import annotations

import torch

from engine.evals.augment import augmented
from engine.evals.network import SIDE


def test_they_have_the_size_and_range_that_the_network_takes() -> None:
    harder = augmented(torch.rand(10, 3, 80, 80))
    assert harder.shape == (10, 3, SIDE, SIDE)
    assert 0 <= float(harder.min()) < float(harder.max()) <= 1


def test_one_picture_becomes_many() -> None:
    harder = augmented(torch.rand(1, 3, 80, 80).expand(9, -1, -1, -1))
    assert len({tuple(picture.flatten().tolist()) for picture in harder}) == 9
