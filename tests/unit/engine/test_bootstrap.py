"""The engine put together for one person: a request in, an outcome out, without Redis."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from engine.bootstrap import Desk, build_desk
from engine.domain.job import State
from engine.domain.request import CopyParams, DrawParams, Kind, Request
from engine.domain.result import Progress
from tests.fakes import FakeSafety
from tests.support.worker import worker_settings
from tests.unit.engine.safety.conftest import FakeCheck, make_filter

SHOWN: list[Progress] = []


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    SHOWN.clear()
    settings = worker_settings(tmp_path, "redis://127.0.0.1:1/0")
    with build_desk(settings, SHOWN.append, FakeSafety()) as desk:
        yield desk


def test_a_text_comes_back_and_was_seen_growing(desk: Desk) -> None:
    job = desk.run(Request(Kind.COPY, "a post", CopyParams()))
    assert job.state is State.SUCCEEDED
    assert job.result is not None
    assert job.result.artifacts[0].text == "Steel. For life. Yours."
    assert SHOWN[0].phase == "loading"


def test_an_image_comes_back_by_its_key_and_is_labelled(desk: Desk) -> None:
    job = desk.run(Request(Kind.DRAW, "a bike", DrawParams(seed=3)))
    assert job.result is not None
    with Image.open(BytesIO(desk.artifacts.get(job.result.artifacts[0].blob))) as image:
        assert (image.format, "AIGC" in image.text) == ("PNG", True)  # type: ignore[attr-defined]


def test_a_refusal_is_an_outcome(desk: Desk) -> None:
    assert desk.run(Request(Kind.COPY, "forbidden", CopyParams())).state is State.REFUSED


def test_the_safety_filter_has_loaded_before_the_first_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check = FakeCheck()
    monkeypatch.setattr("engine.safety.build_safety", lambda settings: make_filter(check))
    with build_desk(worker_settings(tmp_path, "redis://127.0.0.1:1/0"), SHOWN.append):
        assert len(check.asked) == 1
