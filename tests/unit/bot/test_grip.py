"""A delivery that takes long keeps its lock; one that is over, or dead, does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.grip import Grip
from engine.adapters.job_store import SqlJobStore, migrate
from engine.domain.job import Audience
from engine.errors import StoreUnavailable
from tests.support.clock import Clock
from tests.support.jobs import new_job
from tests.support.waiting import until

LEASE_S = 20.0
REQUESTER = Audience.REQUESTER


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[SqlJobStore]:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    migrate(url)
    store = SqlJobStore(url, clock=clock)
    store.add([new_job("a")])
    yield store
    store.close()


def test_while_it_is_held_a_lock_outlives_its_lease(store: SqlJobStore, clock: Clock) -> None:
    grip = Grip(store, LEASE_S)
    store.lock_delivery("a", "me", LEASE_S)
    with grip.hold("a", "me", REQUESTER):
        for _ in range(3):
            clock.now += LEASE_S - 1
            grip.beat()
        assert store.lock_delivery("a", "another", LEASE_S) is False


def test_once_let_go_it_is_not_renewed(store: SqlJobStore, clock: Clock) -> None:
    grip = Grip(store, LEASE_S)
    store.lock_delivery("a", "me", LEASE_S)
    with grip.hold("a", "me", REQUESTER):
        pass
    clock.now += LEASE_S - 1
    grip.beat()
    clock.now += 2
    assert store.lock_delivery("a", "another", LEASE_S)


def test_it_beats_by_itself() -> None:
    store = Listener()
    with Grip(store, lease_s=0.2).hold("a", "me", REQUESTER):  # type: ignore[arg-type]
        until(lambda: len(store.renewed) > 1)
    assert set(store.renewed) == {("a", "me")}


def test_a_database_that_is_away_for_a_moment_is_tried_again() -> None:
    store = Listener(failures=[StoreUnavailable("down"), RuntimeError("odd")])
    with Grip(store, lease_s=0.2).hold("a", "me", REQUESTER):  # type: ignore[arg-type]
        until(lambda: store.renewed)


@dataclass
class Listener:
    """Notes which locks were renewed, once its failures are used up."""

    failures: list[Exception] = field(default_factory=list)
    renewed: list[tuple[str, str]] = field(default_factory=list)

    def renew_delivery(self, job_id: str, owner: str, lease_s: float, audience: Audience) -> None:
        if self.failures:
            raise self.failures.pop()
        self.renewed.append((job_id, owner))
