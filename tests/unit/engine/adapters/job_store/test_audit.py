"""The audit log says who did what, in order, and nobody can make it say something else."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from engine.adapters.job_store import SqlJobStore
from engine.domain.audit import AuditEntry, AuditEvent, of_verdict
from engine.domain.job import State
from engine.domain.result import Result
from engine.domain.review import Outcome
from tests.support.clock import Clock
from tests.support.jobs import new_job
from tests.support.reviews import decision, held, verdict

CHANGES = [
    "DELETE FROM audit_log",
    "UPDATE audit_log SET actor = 'nobody'",
    "UPDATE audit_log SET at = 0",
    "UPDATE audit_log SET findings = '[]', text = ''",
    "UPDATE audit_log SET text = 'something else'",
]


def judged(store: SqlJobStore, job_id: str = "a", at: float = 1500.0, text: str = "") -> AuditEntry:
    """A job that a check had something to say about."""
    (submitted,) = store.add([new_job(job_id)])
    entry = of_verdict(submitted.job, verdict(), at, text)
    store.claim(job_id, "worker", 30)
    assert store.finish(job_id, "worker", State.HELD, held(), [entry])
    return entry


def test_what_was_judged_and_decided_is_there_in_order(store: SqlJobStore) -> None:
    entry = judged(store)
    store.decide("a", decision(Outcome.REJECTED, reason="off brand"))
    first, second = store.audit_entries()
    assert first == entry
    assert (first.actor, first.channel, first.policy, first.action) == ("U1", "C1", "acme@3", "review")
    assert (second.event, second.actor, second.reason) == (AuditEvent.REJECTED, "U9", "off brand")
    assert (second.policy, second.findings) == ("acme@3", verdict().findings)


def test_an_appeal_is_there_once_with_what_it_is_about(store: SqlJobStore) -> None:
    new = new_job("b", created_at=1700.0)
    appeal = replace(new, request=replace(new.request, appeal_of="a"))
    store.add([appeal])
    store.add([appeal])
    [entry] = store.audit_entries()
    assert (entry.event, entry.job_id, entry.reason, entry.at) == (AuditEvent.APPEALED, "b", "a", 1700.0)


def test_an_attempt_that_lost_its_job_writes_nothing(store: SqlJobStore, clock: Clock) -> None:
    (submitted,) = store.add([new_job("a")])
    store.claim("a", "slow", 30)
    clock.now += 31
    store.claim("a", "other", 30)
    entry = of_verdict(submitted.job, verdict(), clock.now)
    assert store.finish("a", "slow", State.REFUSED, Result(), [entry]) is False
    assert list(store.audit_entries()) == []


def test_a_period_is_from_its_beginning_to_before_its_end(store: SqlJobStore) -> None:
    for number in range(4):
        judged(store, f"j{number}", at=float(number))
    assert [entry.job_id for entry in store.audit_entries(1.0, 3.0)] == ["j1", "j2"]


def test_a_long_log_is_read_in_pages(store: SqlJobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.adapters.job_store.store._PAGE", 3)
    for number in range(7):
        judged(store, f"j{number}", at=7.0 - number)
    assert [entry.job_id for entry in store.audit_entries()] == [f"j{number}" for number in range(7)]


@pytest.mark.parametrize("change", CHANGES)
def test_no_statement_changes_it(url: str, store: SqlJobStore, change: str) -> None:
    entry = judged(store, text="a guaranteed cure")
    engine = sa.create_engine(url)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(change)
    engine.dispose()
    assert list(store.audit_entries()) == [entry]


def test_postgresql_cannot_empty_it_either(url: str, store: SqlJobStore) -> None:
    judged(store)
    if url.startswith("sqlite"):
        pytest.skip("SQLite has no TRUNCATE")
    engine = sa.create_engine(url)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql("TRUNCATE audit_log")
    engine.dispose()


def test_texts_go_when_their_time_is_up_and_nothing_else(store: SqlJobStore) -> None:
    old, new = judged(store, "old", at=100.0, text="one"), judged(store, "new", at=200.0, text="two")
    assert store.forget_audit_texts(before=150.0) == 1
    assert store.forget_audit_texts(before=150.0) == 0
    assert list(store.audit_entries()) == [replace(old, text=""), new]


def test_what_a_database_cannot_hold_does_not_keep_an_entry_out(store: SqlJobStore) -> None:
    judged(store)
    store.decide("a", decision(Outcome.REJECTED, reason="no\0thing"))
    assert [entry.reason for entry in store.audit_entries()] == ["", "nothing"]
