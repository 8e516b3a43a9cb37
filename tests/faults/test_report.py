"""How long a fault took to recover from is told of it alone only where nothing else was in the way."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from tests.faults.breaking import Incident
from tests.faults.campaign import Campaign
from tests.faults.plan import Breakage
from tests.faults.report import recoveries


def recovered(*incidents: Incident) -> list[tuple[float, bool]]:
    """Seconds, and whether alone; "a" is accepted at 2 and ends at 10, its job's id is "job"."""
    rows = [SimpleNamespace(id="job", token="a")]
    place = SimpleNamespace(witness=SimpleNamespace(ended_at={"a": 10.0}), jobs=SimpleNamespace(all=lambda: rows))
    campaign = cast(Campaign, SimpleNamespace(place=place, next_after=[(2.0, "a")]))
    return [(one.seconds, one.alone) for one in recoveries(campaign, incidents)]


BOT = Incident(Breakage.BOT_KILLED, "bot", 1.0, next_request=True)
WORKER = Incident(Breakage.GENERATOR_KILLED, "one", 4.0, frozenset({"a"}))


def test_a_request_that_one_fault_met_alone() -> None:
    assert recovered(BOT) == [(9.0, True)]
    assert recovered(WORKER) == [(6.0, True)]


def test_whoever_asked_next_was_met_too() -> None:
    assert recovered(BOT, WORKER) == [(9.0, False), (6.0, False)]
    assert recovered(BOT, BOT) == [(9.0, False), (9.0, False)]


def test_a_request_is_the_same_by_its_job() -> None:
    by_job = Incident(Breakage.SLACK_BROKEN, "files.getUploadURLExternal", 5.0, frozenset({"job"}))
    assert recovered(WORKER, by_job) == [(6.0, False), (5.0, False)]


def test_nobody_asked_after_it() -> None:
    assert recovered(Incident(Breakage.BOT_KILLED, "bot", 3.0, next_request=True)) == []
