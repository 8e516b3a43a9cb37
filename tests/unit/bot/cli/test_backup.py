"""What an operator saves and brings back."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import aigc
from engine.adapters import factory
from engine.settings import EngineSettings
from tests.support.jobs import new_job


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EngineSettings:
    monkeypatch.setenv("AIGC_DATA_DIR", str(tmp_path / "data"))
    return EngineSettings()


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(aigc, [*arguments])
    assert done.exit_code == code, done.output
    return done.output


def add(settings: EngineSettings, job_id: str) -> None:
    store = factory.store(settings)
    store.add([new_job(job_id)])
    store.close()


def stored(settings: EngineSettings, job_id: str) -> bool:
    store = factory.store(settings)
    found = store.get(job_id)
    store.close()
    return found is not None


def test_a_day_is_saved_and_brought_back(settings: EngineSettings, tmp_path: Path) -> None:
    folder = str(tmp_path / "backups" / "monday")
    add(settings, "monday")
    assert "With 0 images" in run("backup", folder)
    assert "there already" in run("backup", folder, code=1)
    add(settings, "tuesday")
    assert "--force" in run("restore", folder, code=1)
    assert "as it was" in run("restore", folder, "--force")
    assert stored(settings, "monday")
    assert not stored(settings, "tuesday")


def test_a_backup_is_brought_to_a_new_machine(
    settings: EngineSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(settings, "monday")
    run("backup", str(tmp_path / "monday"), "--no-artifacts")
    monkeypatch.setenv("AIGC_DATA_DIR", str(tmp_path / "new" / "data"))
    run("restore", str(tmp_path / "monday"))
    assert stored(EngineSettings(), "monday")


def test_nothing_is_saved_where_there_is_nothing(settings: EngineSettings, tmp_path: Path) -> None:
    settings.data_dir.mkdir()
    assert "aigc database upgrade" in run("backup", str(tmp_path / "monday"), code=1)
