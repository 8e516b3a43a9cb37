"""A point is where a process of the product really goes, or a campaign says that it is not."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.faults.campaign import Campaign
from tests.faults.installation import Installation
from tests.faults.invariants import judge
from tests.faults.plan import Plan
from tests.faults.points import FOLDER, Points, place


@pytest.fixture
def points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Points:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    return Points(tmp_path)


class Lamp:
    def light(self) -> str:
        return "light"


def test_no_point_is_placed_around_a_method_that_is_not_there(points: Points) -> None:
    before = Lamp.light
    with pytest.raises(AttributeError, match="burn"):
        place(Lamp, "lamp", ("light", "burn"))
    assert Lamp.light is before


def test_what_nobody_came_to_is_told_by_its_name(points: Points) -> None:
    for point in ("store.finish.before", "artifacts.get.after"):
        assert points.arm(point)
    assert points.armed() == ("artifacts.get.after", "store.finish.before")
    points.disarm()
    assert points.armed() == ()


def test_a_campaign_fails_by_the_points_that_were_armed_to_its_end(points: Points) -> None:
    campaign = Campaign(cast(Installation, _Quiet(points)), Plan((), ()))
    points.arm("store.gone.before")
    campaign.settle()
    verdict = judge(campaign)
    assert not verdict.holds
    assert verdict.unreached == ("store.gone.before",)


class _Quiet:
    """An installation in which nothing happens."""

    rooms = ()

    def __init__(self, points: Points) -> None:
        self.points = points
        self.jobs = SimpleNamespace(open=list, all=list)
        self.witness = SimpleNamespace(ended_at={}, unfiltered=set())
        self.slack = SimpleNamespace(calls=list, knobs=lambda **_: None, messages=lambda *_: [])
        self.fleet = SimpleNamespace(tend=list)
