"""How many jobs there are of each sort."""

from __future__ import annotations

from engine.adapters.job_store import SqlJobStore
from engine.domain.census import Census
from engine.domain.job import Delivery, State
from engine.domain.request import Kind
from engine.domain.result import Result
from tests.support.jobs import new_drawing, new_job, show


def test_of_nothing_there_is_none(store: SqlJobStore) -> None:
    assert store.census() == Census()


def test_jobs_are_counted_by_kind_and_state_until_they_are_over(store: SqlJobStore) -> None:
    store.add([new_job("a", created_at=300.0), new_job("b", created_at=200.0), new_job("c"), new_drawing("d")])
    assert store.claim("c", "worker", 30)
    assert store.claim("d", "worker", 30)
    assert store.finish("d", "worker", State.CANCELED, Result())
    counted = {(Kind.COPY, State.ACCEPTED): 2, (Kind.COPY, State.RUNNING): 1}
    assert store.census() == Census(counted, {Kind.COPY: 200.0}, undelivered=1)
    show(store, Delivery("d", message="1.1", done=True))
    assert store.census().undelivered == 0
