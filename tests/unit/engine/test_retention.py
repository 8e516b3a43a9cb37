"""What is deleted when: texts by the policy, files once no request names them."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest

from engine.adapters.job_store import SqlJobStore
from engine.domain.audit import of_verdict
from engine.domain.job import Audience, Delivery, State
from engine.domain.request import DrawParams
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.domain.retention import Cleared
from engine.domain.review import Outcome, Oversight
from engine.domain.usage import By
from engine.errors import BackendUnavailable
from engine.ports import Stored
from engine.retention import GRACE_S, Keeper
from tests.fakes import FakeArtifactStore
from tests.support.clock import Clock
from tests.support.jobs import edit, new_job, show
from tests.support.reviews import decision, held, verdict
from tests.support.waiting import until

DAY_S = 86_400.0
POLICY = Oversight(keep_texts_s=DAY_S, contents_s=10 * DAY_S, requests_s=100 * DAY_S)


@dataclass
class Archive:
    """A job store and an artifact store with one clock, and what clears them."""

    store: SqlJobStore
    clock: Clock
    artifacts: FakeArtifactStore

    def keeper(self, oversight: Oversight = POLICY) -> Keeper:
        return Keeper(self.store.retention, self.store, self.artifacts, oversight)

    def clear(self, oversight: Oversight = POLICY) -> Cleared:
        return self.keeper(oversight).clear(self.clock.now)

    def put(self, data: bytes) -> str:
        self.artifacts.now = self.clock.now
        return self.artifacts.put(data, "png")

    def wait(self, days: float) -> None:
        self.clock.now += days * DAY_S

    def draw(self, job_id: str, state: State = State.SUCCEEDED) -> list[str]:
        """A drawing that began with a person's image, was shown, and named these files."""
        given, blob, unmarked = (self.put(f"{job_id} {part}".encode()) for part in ("given", "made", "unmarked"))
        self.store.add([new_job(job_id, params=DrawParams(init_image=given), created_at=self.clock.now)])
        assert self.store.claim(job_id, "worker", 30)
        made = Artifact(ArtifactKind.IMAGE, 0, 5, blob=blob, unmarked=unmarked)
        result = held(made, expires_at=self.clock.now + DAY_S) if state is State.HELD else Result((made,))
        assert self.store.finish(job_id, "worker", state, result)
        for audience in Audience:
            show(self.store, Delivery(job_id, "1.1", done=True, audience=audience))
        return [given, blob, unmarked]


@pytest.fixture
def archive(store: SqlJobStore, clock: Clock) -> Archive:
    clock.now = 1000 * DAY_S
    return Archive(store, clock, FakeArtifactStore())


def test_pictures_go_with_their_request_and_so_does_what_it_began_with(archive: Archive) -> None:
    old = archive.draw("old")
    archive.wait(5)
    young = archive.draw("young")
    archive.wait(6)
    size = sum(len(archive.artifacts.kept[name]) for name in old)
    assert archive.keeper().due(archive.clock.now) == Cleared(forgotten=1, files=3, size_bytes=size)
    assert set(archive.artifacts.kept) == {*old, *young}
    assert archive.clear() == Cleared(forgotten=1, files=3, size_bytes=size)
    assert set(archive.artifacts.kept) == set(young)
    assert archive.keeper().due(archive.clock.now) == archive.clear() == Cleared()


def test_without_a_policy_nothing_goes_that_a_request_names(archive: Archive) -> None:
    names = archive.draw("a")
    archive.wait(5000)
    assert archive.clear(Oversight()) == Cleared()
    assert set(archive.artifacts.kept) == set(names)


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.EXPIRED, Outcome.CANCELED])
def test_what_reviewers_did_not_approve_goes_within_days_whatever_the_policy(
    archive: Archive, outcome: Outcome
) -> None:
    given, *made = archive.draw("a", State.HELD)
    archive.wait(30)
    assert archive.clear(Oversight()) == Cleared()
    archive.store.decide("a", decision(outcome))
    assert archive.clear(Oversight()).files == len(made)
    assert set(archive.artifacts.kept) == {given}


def test_previews_and_what_failed_attempts_left_go_when_they_are_old_enough(archive: Archive) -> None:
    named = archive.draw("a")
    left = archive.put(b"preview")
    archive.clock.now += GRACE_S
    assert archive.clear(Oversight()) == Cleared()
    archive.clock.now += 1
    assert archive.clear(Oversight()).files == 1
    assert left not in archive.artifacts.kept
    assert set(archive.artifacts.kept) == set(named)


def test_what_is_made_again_is_young_again(archive: Archive) -> None:
    archive.draw("a")
    archive.put(b"preview")
    archive.wait(5)
    archive.put(b"preview")
    assert archive.clear(Oversight()) == Cleared()


def test_a_file_that_is_put_again_while_it_is_looked_at_stays(archive: Archive) -> None:
    class Busy(FakeArtifactStore):
        def delete(self, name: str, before: float) -> bool:
            self.put(b"preview", "png")
            return super().delete(name, before)

    archive.draw("a")
    archive.artifacts = Busy(archive.artifacts.kept, archive.artifacts.put_at)
    archive.put(b"preview")
    archive.wait(5)
    archive.artifacts.now = archive.clock.now
    assert archive.clear(Oversight()) == Cleared()


def test_pictures_that_a_waiting_revision_begins_with_stay(archive: Archive) -> None:
    names = archive.draw("a")
    archive.store.add([new_job("b", params=DrawParams(), revision=edit("a"), created_at=archive.clock.now)])
    archive.wait(5000)
    assert archive.clear() == Cleared(usage=1)
    assert set(archive.artifacts.kept) == set(names)


def test_in_the_end_the_request_goes_too(archive: Archive) -> None:
    archive.draw("a")
    archive.wait(101)
    due = archive.keeper().due(archive.clock.now)
    assert (due.removed, due.files) == (1, 3)
    cleared = archive.clear()
    assert (cleared.removed, cleared.forgotten, cleared.files) == (1, 0, 3)
    assert archive.store.get("a") is None


def test_texts_leave_the_audit_log_when_their_time_is_up(archive: Archive) -> None:
    (submitted,) = archive.store.add([new_job("a")])
    archive.store.claim("a", "worker", 30)
    entry = of_verdict(submitted.job, verdict(), archive.clock.now, "a text")
    archive.store.finish("a", "worker", State.HELD, held(), [entry])
    assert archive.clear().audit_texts == 0
    archive.wait(1.1)
    assert archive.keeper().due(archive.clock.now).audit_texts == 1
    assert [entry.text for entry in archive.store.audit_entries()] == ["a text"]
    assert archive.clear().audit_texts == 1
    assert [entry.text for entry in archive.store.audit_entries()] == [""]


def test_a_database_that_never_drew_deletes_no_files(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    archive.put(b"somebody's picture")
    archive.wait(5)
    archive.store.add([new_job("a text")])
    assert archive.keeper().due(archive.clock.now) == archive.clear() == Cleared(foreign=1)
    assert archive.artifacts.kept


def test_it_goes_on_after_trouble(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    class Down(FakeArtifactStore):
        down = True

        def stat(self, name: str) -> Stored | None:
            if self.down:
                raise BackendUnavailable("the bucket does not answer")
            return super().stat(name)

    named = archive.draw("a")
    archive.artifacts = artifacts = Down(archive.artifacts.kept, archive.artifacts.put_at)
    archive.put(b"preview")
    stop = threading.Event()
    thread = threading.Thread(target=archive.keeper(Oversight()).run, args=(0.01, stop))
    thread.start()
    until(lambda: "nothing was cleared: the bucket does not answer" in caplog.text)
    artifacts.down = False
    until(lambda: set(artifacts.kept) == set(named))
    stop.set()
    thread.join()


def test_who_used_what_is_told_no_longer_than_who_asked(archive: Archive) -> None:
    archive.draw("a")
    archive.wait(99)
    assert archive.clear().usage == 0
    archive.wait(2)
    assert archive.keeper().due(archive.clock.now).usage == archive.clear().usage == 1
    assert archive.store.usage_sums(By.USER, 0.0, archive.clock.now) == []


def test_a_short_time_takes_the_people_and_leaves_what_the_months_budget_counts(archive: Archive) -> None:
    archive.draw("a")
    archive.wait(2)
    briefly = Oversight(requests_s=DAY_S)
    assert archive.clear(briefly).usage == 1
    assert [found.group for found in archive.store.usage_sums(By.USER, 0.0, archive.clock.now)] == [("T1", "")]
    archive.wait(31)
    assert archive.clear(briefly).usage == 1
    assert archive.store.usage_sums(By.USER, 0.0, archive.clock.now) == []


def test_nobodys_day_begins_anew_because_little_is_kept(archive: Archive) -> None:
    archive.draw("a")
    archive.wait(0.9)
    assert archive.clear(Oversight(requests_s=60.0)).usage == 0


def test_without_a_policy_what_was_used_is_kept(archive: Archive) -> None:
    archive.draw("a")
    archive.wait(5000)
    assert archive.clear(Oversight()).usage == 0
