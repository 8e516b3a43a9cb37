"""What the judge learns from: pictures of one thing without a hat, every thing as often as any other."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.evals.judge import Judge
from engine.evals.network import Network
from engine.evals.train_judge import BATCH, KEPT_SIDE, Pictures, ship
from engine.models.picture.concepts import concepts
from engine.models.picture.train.scenes import Scene

NUMBERS = {concept.name: number for number, concept in enumerate(concepts())}
SHOWN = [
    *[Scene(("apple",), "flat")] * 9,
    Scene(("cat",), "flat", background="blue"),
    Scene(("cat",), "flat", wearing="crown"),
    Scene(("apple", "cat"), "flat"),
]


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    """Every picture is grey, as bright as its number."""
    levels = np.arange(len(SHOWN), dtype=np.uint8)[:, None, None, None]
    np.save(tmp_path / "pictures.npy", np.broadcast_to(levels, (len(SHOWN), 256, 256, 3)))
    (tmp_path / "scenes.json").write_text(json.dumps([asdict(scene) for scene in SHOWN]))
    return Pictures.read(tmp_path)


def test_pairs_and_hats_are_left_out(pictures: Pictures) -> None:
    assert pictures.pixels.shape == (10, 3, KEPT_SIDE, KEPT_SIDE)
    assert pictures.pixels[:, 0, 0, 0].tolist() == list(range(10))
    assert pictures.labels.tolist() == [NUMBERS["apple"]] * 9 + [NUMBERS["cat"]]


def test_a_thing_with_few_pictures_comes_as_often(pictures: Pictures) -> None:
    randomly = np.random.default_rng(0)
    labels = torch.cat([pictures.draw(randomly)[1] for _ in range(20)])
    cats = int((labels == NUMBERS["cat"]).sum())
    assert 0.45 < cats / (20 * BATCH) < 0.55


def test_what_is_shipped_is_the_network_in_half_precision(tmp_path: Path) -> None:
    network = Network(len(NUMBERS)).eval()
    ship(network, tmp_path / "judge.safetensors")
    again = Judge.load(tmp_path / "judge.safetensors").network
    pixels = torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        assert torch.allclose(network(pixels), again(pixels), atol=2e-3)
