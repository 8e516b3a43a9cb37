"""One installation for all of these tests; it has short leases, so that they need not wait."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

import pytest

from engine.domain.request import Kind
from tests.faults.campaign import Campaign
from tests.faults.installation import ROOMS, Installation, installation
from tests.faults.invariants import judge
from tests.faults.models import Word
from tests.faults.plan import Breakage, Fault, Plan, Surface, Wish
from tests.support.slack import ADA

QUICK = {
    "AIGC_LEASE_S": "3",
    "AIGC_SWEEP_EVERY_S": "0.3",
    "AIGC_DELIVERY_LEASE_S": "3",
    "AIGC_MAX_ATTEMPTS": "20",
}

Broken = tuple[Breakage, str]
Suffer = Callable[..., Campaign]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("installation"), settings=QUICK) as place:
        yield place


@pytest.fixture
def place(running: Installation) -> Installation:
    """The installation with nothing broken."""
    running.points.disarm()
    running.fleet.wake()
    running.fleet.tend()
    running.fleet.await_ready(running.is_up)
    return running


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    """Requests have numbers of their own."""
    return itertools.count()


@pytest.fixture
def suffer(place: Installation, numbers: Iterator[int]) -> Suffer:
    """Makes one request for each fault, just after it, waits until all have ended, and judges what people saw."""

    def run(
        *faults: Broken,
        kind: Kind = Kind.COPY,
        surface: Surface = "command",
        word: Word = Word.PLAIN,
        late_model: bool = False,
        before_the_end: Callable[[Campaign], None] = lambda campaign: None,
    ) -> Campaign:
        wishes = [
            Wish(next(numbers), ADA, number % ROOMS, surface, kind, word, late_model)
            for number in range(max(len(faults), 1))
        ]
        planned = [Fault(wish.number, *broken) for wish, broken in zip(wishes, faults, strict=False)]
        campaign = Campaign(place, Plan(tuple(wishes), tuple(planned)))
        campaign.make()
        before_the_end(campaign)
        happened = [(incident.breakage, incident.target) for incident in campaign.settle()]
        assert sorted(happened) == sorted(faults), "not every fault took place, or one that nobody planned"
        assert judge(campaign).holds, f"{judge(campaign)}\n{_history(campaign)}"
        return campaign

    return run


def _history(campaign: Campaign) -> str:
    """What the job table tells of the requests."""
    rows = [row for row in campaign.place.jobs.all() if row.token in campaign.accepted]
    return "\n".join(f"{row}\n  {campaign.place.jobs.events(row.id)}" for row in rows)


def each(breakage: Breakage, targets: Sequence[str]) -> list[Broken]:
    return [(breakage, target) for target in targets]
