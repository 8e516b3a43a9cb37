"""Requests and results as rows keep them, those of older versions too."""

from __future__ import annotations

import pytest

from engine.adapters.job_store.codec import request_from_json, request_to_json, result_from_json, result_to_json
from engine.domain.knowledge import Citation, Passage
from engine.domain.request import CopyParams, DrawParams, Kind, Request, Revision, RevisionMode
from engine.domain.result import Artifact, ArtifactKind, Result, Shortfall
from engine.domain.work import Drafting, ForEachRow, FromRecipe, Learning, Material, Purpose, Said, Sending, Work

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


WORKS: list[Work] = [
    Drafting(Purpose.REPLY, (Said("U1", "Wo ist 4711?"), Said("U2", "We look.", by_agent=True)), "C1", "1.2"),
    Sending("abc", "Your order left today."),
    FromRecipe("apology", (("order", "4711"), ("cause", "Übergröße"))),
    ForEachRow("recommendation", "0" * 64 + ".csv", 12, (("shop", "North"),)),
    Learning((Material("1" * 64 + ".pdf", "returns.pdf", "https://kb.example.com/returns"),), "team:support"),
]


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.type)
def test_the_work_of_a_request_survives(work: Work) -> None:
    request = Request(Kind.COPY, "politely", CopyParams(), work=work)
    assert request_from_json(Kind.COPY, request_to_json(request)) == request


def test_a_result_keeps_the_passages_that_it_was_written_from_and_what_it_fell_short_of() -> None:
    passage = Passage("p1", "d1", "0123456789ab", "Returns", "Within 30 days.", "Returns › Time", lang="en")
    artifact = Artifact(ArtifactKind.TEXT, 0, 1, "30 days [1]", shortfalls=(Shortfall("too_long", {"most": 20}),))
    result = Result((artifact,), sources=(Citation(1, passage),))
    assert result_from_json(result_to_json(result)) == result
