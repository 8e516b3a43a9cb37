"""What an operator deletes by hand, and is shown before."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import aigc
from engine.adapters import factory
from engine.domain.job import Delivery, State
from engine.domain.request import DrawParams
from engine.domain.result import Artifact, ArtifactKind, Result
from engine.settings import EngineSettings
from tests.support.jobs import new_job, show

POLICY = "name: acme\nversion: 1\nretention: {contents_days: 30, requests_days: 90}\n"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EngineSettings:
    (tmp_path / "policy.yaml").write_text(POLICY)
    monkeypatch.setenv("AIGC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("AIGC_POLICY_FILE", str(tmp_path / "policy.yaml"))
    return EngineSettings()


def run(*arguments: str) -> str:
    done = CliRunner().invoke(aigc, [*arguments], catch_exceptions=False)
    return done.output


def drawn(settings: EngineSettings, days_ago: float) -> Path:
    """The file of a picture that was drawn and shown so long ago."""
    at = time.time() - days_ago * 86_400
    store = factory.store(settings)
    store._clock = lambda: at
    blob = factory.artifacts(settings).put(b"picture" * 200_000, "png")
    store.add([new_job("a1", params=DrawParams())])
    store.claim("a1", "worker", 30)
    store.finish("a1", "worker", State.SUCCEEDED, Result((Artifact(ArtifactKind.IMAGE, 0, 5, blob=blob),)))
    show(store, Delivery("a1", "1.1", done=True))
    store.close()
    file = settings.data_dir / "artifacts" / blob[:2] / blob
    os.utime(file, (at, at))
    return file


def test_what_is_due_is_shown_and_then_deleted(settings: EngineSettings) -> None:
    file = drawn(settings, days_ago=31)
    told = run("retention", "--dry-run")
    assert "kept for 30 days: 1 requests' would be deleted" in told
    assert "kept for 90 days: 0 would be deleted" in told
    assert "1 (1.3 MiB) would be deleted" in told
    assert file.exists()
    assert "1 (1.3 MiB) deleted" in run("retention")
    assert not file.exists()
    assert "0 (0.0 MiB) deleted" in run("retention")


def test_what_is_not_due_stays(settings: EngineSettings) -> None:
    file = drawn(settings, days_ago=29)
    run("retention")
    assert file.exists()


def test_files_of_another_database_are_left_alone_and_said_to_be(settings: EngineSettings) -> None:
    file = drawn(settings, days_ago=31)
    (settings.data_dir / "aigc.db").unlink()
    assert "1 files were left alone" in run("retention")
    assert file.exists()


def test_a_text_that_is_not_stored_any_more_cannot_be_exported(settings: EngineSettings, tmp_path: Path) -> None:
    drawn(settings, days_ago=31)
    run("retention")
    done = CliRunner().invoke(aigc, ["export", "a1", str(tmp_path / "a.txt")])
    assert done.exit_code == 1
    assert "not stored any more" in done.output
