"""What an operator sees and changes of the schema."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import aigc
from engine.adapters import factory
from engine.adapters.job_store.schema import known, newest, revision
from engine.settings import EngineSettings
from tests.support.jobs import new_job


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EngineSettings:
    monkeypatch.setenv("AIGC_DATA_DIR", str(tmp_path))
    return EngineSettings()


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(aigc, ["database", *arguments])
    assert done.exit_code == code, done.output
    return done.output


def test_up_and_back_and_what_it_is(settings: EngineSettings) -> None:
    assert "empty" in run("version")
    assert newest() in run("upgrade")
    assert "That is the newest" in run("version")
    older = known()[-2]
    assert older in run("downgrade", older)
    assert f"schema {older}" in run("version")
    assert f"The newest is {newest()}: aigc database upgrade" in run("version")
    run("upgrade")
    assert revision(factory.database_url(settings)) == newest()


def test_nobody_goes_back_while_others_work(settings: EngineSettings) -> None:
    store, older = factory.store(settings), known()[-2]
    store.add([new_job("a")])
    assert "stop them first" in run("downgrade", older, code=1)
    store.close()
    run("downgrade", older)


def test_there_is_no_way_back_to_what_never_was(settings: EngineSettings) -> None:
    run("upgrade")
    assert "there are: 0001" in run("downgrade", "0815", code=1)
