"""A small campaign on PostgreSQL; `make faults` runs larger ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.campaign import Campaign
from tests.faults.conftest import QUICK
from tests.faults.installation import installation
from tests.faults.invariants import judge
from tests.faults.plan import make_plan

SEED = 1
JOBS = 200


@pytest.mark.timeout(600)
def test_nothing_is_lost_twice_or_unfiltered_whatever_breaks(tmp_path: Path) -> None:
    with installation(tmp_path, "postgres", QUICK) as place:
        campaign = Campaign(place, make_plan(SEED, JOBS))
        incidents = campaign.run()
        verdict = judge(campaign)
    assert verdict.holds, verdict
    assert len(campaign.accepted) >= JOBS
    assert incidents
    assert campaign.place.witness.versions > JOBS


def test_a_plan_follows_from_its_seed() -> None:
    assert make_plan(SEED, 500) == make_plan(SEED, 500)
    assert make_plan(SEED, 500) != make_plan(SEED + 1, 500)
