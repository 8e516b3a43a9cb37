"""What operators can do about what waits for a reviewer, at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import aigc
from engine.adapters import factory
from engine.adapters.job_store import SqlJobStore
from engine.domain.job import State
from engine.domain.result import Artifact, ArtifactKind
from engine.domain.review import Outcome
from engine.settings import EngineSettings
from tests.support.jobs import new_job
from tests.support.reviews import decision, held


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EngineSettings:
    monkeypatch.setenv("AIGC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("AIGC_REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("COLUMNS", "200")
    return EngineSettings()


@pytest.fixture
def store(settings: EngineSettings) -> Iterator[SqlJobStore]:
    store = factory.store(settings)
    store.add([new_job("a1", "a post about \x1b[31mtea\x1bc\x9b2J\x08")])
    store.claim("a1", "worker", 30)
    store.finish("a1", "worker", State.HELD, held(expires_at=1e9))
    yield store
    store.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(aigc, ["review", *arguments], catch_exceptions=False)


def state(store: SqlJobStore) -> State:
    job = store.get("a1")
    assert job is not None
    return job.state


def test_what_waits_is_listed_with_the_reason(store: SqlJobStore) -> None:
    listed = run("list").output
    assert "a1" in listed
    assert "company-rule" in listed
    assert "2001-09-09 01:46 UTC" in listed
    assert "a1" not in run("list", "--workspace", "T2").output


def test_a_job_is_shown_with_all_that_is_needed_to_decide_and_steers_no_terminal(store: SqlJobStore) -> None:
    shown = run("show", "a1").output
    assert "A guaranteed cure." in shown
    assert "company-rule 0.90 by company (claims)" in shown
    assert "a post about tea" in shown
    assert not {"\x1b", "\x9b", "\x08"} & set(shown)


def test_a_text_can_be_saved(store: SqlJobStore, tmp_path: Path) -> None:
    run("show", "a1", "--save", str(tmp_path / "text.txt"))
    assert (tmp_path / "text.txt").read_text() == "A guaranteed cure."


def test_images_can_be_saved_to_look_at(settings: EngineSettings, tmp_path: Path) -> None:
    store, artifacts = factory.store(settings), factory.artifacts(settings)
    images = [Artifact(ArtifactKind.IMAGE, n, n, blob=artifacts.put(b"%d" % n, "png")) for n in (1, 2)]
    store.add([new_job("a1")])
    store.claim("a1", "worker", 30)
    store.finish("a1", "worker", State.HELD, held(*images))
    run("show", "a1", "--save", str(tmp_path / "image.png"))
    assert [(tmp_path / f"image-{n}.png").read_bytes() for n in (1, 2)] == [b"1", b"2"]
    store.close()


@pytest.mark.parametrize(("command", "to"), [("approve", State.SUCCEEDED), ("reject", State.REFUSED)])
def test_an_operator_decides_in_their_own_name(
    store: SqlJobStore, monkeypatch: pytest.MonkeyPatch, command: str, to: State
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "ada")
    assert run(command, "a1").exit_code == 0
    assert state(store) is to
    assert [entry.actor for entry in store.audit_entries()] == ["operator:ada"]


def test_a_reason_goes_with_a_rejection(store: SqlJobStore) -> None:
    run("reject", "a1", "--reason", "off brand")
    assert [entry.reason for entry in store.audit_entries()] == ["off brand"]


@pytest.mark.parametrize("command", ["show", "approve", "reject"])
def test_what_does_not_wait_is_told_apart(store: SqlJobStore, command: str) -> None:
    store.decide("a1", decision(Outcome.REJECTED))
    assert "it is refused" in run(command, "a1").output
    assert "no such job" in run(command, "zz").output
