"""The judge: knows real renderings, has no opinion of its own on blobs, and says when its file is of no use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from engine.errors import ModelCorrupt, ModelNotFound
from engine.evals.judge import WEIGHTS, Judge
from engine.evals.network import Network
from engine.evals.references import blobs, renderings
from engine.evals.train_judge import ship
from engine.models.picture.concepts import concepts

NAMES = tuple(concept.name for concept in concepts())


@pytest.fixture
def untrained(tmp_path: Path) -> Path:
    path = tmp_path / "judge.safetensors"
    ship(Network(len(NAMES)), path)
    return path


def test_it_ranks_every_concept_for_every_picture(untrained: Path) -> None:
    ranked = Judge.load(untrained).rank([Image.new("RGB", (256, 256), "red"), Image.new("L", (64, 64))])
    assert [sorted(names) for names in ranked] == [sorted(NAMES)] * 2


def test_places_count_from_one(untrained: Path) -> None:
    judge, images = Judge.load(untrained), blobs(2)
    first, second = judge.rank(images)
    assert judge.places(images, first[0]) == [1, second.index(first[0]) + 1]


def test_without_its_file_it_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="train_judge"):
        Judge.load(tmp_path / "judge.safetensors")


@pytest.mark.parametrize("size", [0, 7, 5000])
def test_a_file_cut_short_is_corrupt(size: int, untrained: Path) -> None:
    untrained.write_bytes(untrained.read_bytes()[:size])
    with pytest.raises(ModelCorrupt):
        Judge.load(untrained)


@pytest.mark.parametrize("metadata", [None, {"names": "no json"}, {"names": "5"}, {"names": json.dumps(NAMES[1:])}])
def test_a_file_without_its_names_is_corrupt(metadata: dict[str, str] | None, untrained: Path) -> None:
    save_file(Network(len(NAMES)).state_dict(), untrained, metadata=metadata)
    with pytest.raises(ModelCorrupt):
        Judge.load(untrained)


def test_a_judge_of_other_concepts_is_corrupt(untrained: Path) -> None:
    names = json.dumps([*NAMES[:-1], "hovercraft"])
    save_file(Network(len(NAMES)).state_dict(), untrained, metadata={"names": names})
    with pytest.raises(ModelCorrupt, match="train it again"):
        Judge.load(untrained)


def test_its_weights_are_in_half_precision_and_small() -> None:
    parameters = sum(weights.numel() for weights in Network(len(NAMES)).parameters())
    assert 300_000 < parameters < 1_000_000
    assert WEIGHTS.stat().st_size < 2.1 * parameters + 20_000


def test_its_opinion_of_a_picture_does_not_depend_on_the_others() -> None:
    network = Judge.load().network
    batch = torch.rand(5, 3, 64, 64)
    with torch.inference_mode():
        assert torch.allclose(network(batch)[2], network(batch[2:3])[0], atol=1e-4)


@pytest.mark.heavy
class TestShipped:
    def test_it_knows_nearly_all_real_renderings(self) -> None:
        judge = Judge.load()
        places = [place for name, images in renderings().items() for place in judge.places(images, name)]
        assert places.count(1) / len(places) >= 0.95

    def test_a_picture_twice_as_large_is_the_same_to_it(self) -> None:
        judge, real = Judge.load(), renderings()
        large = {name: [image.resize((256, 256)) for image in images] for name, images in real.items()}
        places = [place for name, images in large.items() for place in judge.places(images, name)]
        assert places.count(1) / len(places) >= 0.95

    def test_it_does_not_see_one_thing_in_all_blobs(self) -> None:
        firsts = [ranked[0] for ranked in Judge.load().rank(blobs(200))]
        assert max(firsts.count(name) for name in NAMES) < 100
