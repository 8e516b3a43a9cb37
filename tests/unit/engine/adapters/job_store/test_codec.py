"""Requests and results as rows keep them, those of older versions too."""

from __future__ import annotations

import pytest

from engine.adapters.job_store.codec import request_from_json, request_to_json
from engine.domain.request import DrawParams, Kind, Request, Revision, RevisionMode

OLD = (
    '{"prompt": "a bicycle", "params": {"width_px": 64, "height_px": 48, "n": 2, "seed": 7, "steps": null, '
    '"guidance": null, "negative": null, "style": "flat", "model": null}, '
    '"revision": {"parent_id": "a", "mode": "edit", "instruction": "blue", "variant": 1}}'
)


def test_a_row_from_before_there_were_starting_images_is_read() -> None:
    params = DrawParams(width_px=64, height_px=48, n=2, seed=7, style="flat")
    revision = Revision("a", RevisionMode.EDIT, "blue", 1)
    assert request_from_json(Kind.DRAW, OLD) == Request(Kind.DRAW, "a bicycle", params, revision)


@pytest.mark.parametrize("revision", [None, Revision("a", RevisionMode.EDIT, "like this", own_image=True)])
def test_a_starting_image_survives_the_row(revision: Revision | None) -> None:
    request = Request(Kind.DRAW, "a bicycle", DrawParams(init_image="0" * 64 + ".jpg"), revision)
    assert request_from_json(Kind.DRAW, request_to_json(request)) == request
