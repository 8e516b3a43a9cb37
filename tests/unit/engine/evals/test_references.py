"""The ceiling and the floor: real renderings of 200 concepts, and random colours."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import ModelCorrupt, ModelNotFound
from engine.evals.references import FILE, blobs, chosen, renderings
from engine.models.picture.concepts import concepts, unseen


class TestChosen:
    def test_200_concepts_none_twice_in_the_order_of_the_list(self) -> None:
        names = [concept.name for concept in chosen()]
        assert len(names) == 200
        assert names == [concept.name for concept in concepts() if concept.name in names]

    def test_all_that_have_an_unseen_phrasing_are_among_them(self) -> None:
        assert {phrasing.concept for phrasing in unseen()} <= {concept.name for concept in chosen()}

    def test_they_are_those_that_the_renderings_show(self) -> None:
        names = ",".join(concept.name for concept in chosen())
        known = hashlib.sha256(names.encode()).hexdigest()[:16]
        assert known == "b25528945df08630", (
            "train the judge again, which renders them again, and write their digest here"
        )


class TestRenderings:
    def test_four_small_pictures_of_each(self) -> None:
        real = renderings()
        assert list(real) == [concept.name for concept in chosen()]
        assert {image.size for images in real.values() for image in images} == {(64, 64)}
        assert {len(images) for images in real.values()} == {4}

    def test_no_picture_twice(self) -> None:
        seen = {image.tobytes() for images in renderings().values() for image in images}
        assert len(seen) == 800

    def test_the_file_is_small(self) -> None:
        assert FILE.stat().st_size <= 500_000

    def test_without_the_file_they_are_not_found(self, tmp_path: Path) -> None:
        with pytest.raises(ModelNotFound):
            renderings(tmp_path / "renderings.webp")

    def test_a_damaged_file_is_corrupt(self, tmp_path: Path) -> None:
        broken = tmp_path / "renderings.webp"
        for content in (b"", b"no picture", FILE.read_bytes()[:50_000]):
            broken.write_bytes(content)
            with pytest.raises(ModelCorrupt):
                renderings(broken)

    def test_a_sheet_of_other_concepts_is_corrupt(self, tmp_path: Path) -> None:
        Image.new("RGB", (640, 640)).save(tmp_path / "renderings.webp")
        with pytest.raises(ModelCorrupt, match="size"):
            renderings(tmp_path / "renderings.webp")


class TestBlobs:
    def test_a_seed_gives_the_same_ones(self) -> None:
        once, again, other = (np.stack([np.asarray(image) for image in blobs(8, seed)]) for seed in (1, 1, 2))
        assert np.array_equal(once, again)
        assert not np.array_equal(once, other)

    def test_they_are_coarse_and_fine(self) -> None:
        changes = [np.abs(np.diff(np.asarray(image).astype(int), axis=0)).mean() for image in blobs(4)]
        assert changes == sorted(changes)
        assert changes[3] > 3 * changes[0]
