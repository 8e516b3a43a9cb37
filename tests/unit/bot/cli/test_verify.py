"""`aigc export` and `aigc verify`, from the job to the file and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import aigc
from engine.adapters import factory
from engine.domain.job import Origin, State
from engine.domain.provenance import Making
from engine.domain.result import Artifact, ArtifactKind
from engine.domain.result import Result as Made
from engine.provenance import build_labeller
from engine.settings import EngineSettings
from tests.support.jobs import new_job
from tests.support.pictures import decoded, file_of, scene

JOB = "0123456789abcdef"
WORDS = "Steel outside, cold inside: a bottle for ten years."


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EngineSettings:
    monkeypatch.setenv("AIGC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    return EngineSettings()


def make(settings: EngineSettings, *artifacts: Artifact, state: State = State.SUCCEEDED, locale: str = "en") -> None:
    store = factory.store(settings)
    store.add([new_job(JOB, origin=Origin("T1", "C1", "U1", locale=locale))])
    store.claim(JOB, "worker", 30)
    store.finish(JOB, "worker", state, Made(artifacts=artifacts))
    store.close()


def text(words: str = WORDS) -> Artifact:
    return Artifact(ArtifactKind.TEXT, 0, 5, text=words)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(aigc, [str(argument) for argument in arguments])


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_an_exported_text_is_known_until_a_word_is_changed(settings: EngineSettings, tmp_path: Path, name: str) -> None:
    make(settings, text())
    file = tmp_path / name
    assert run("export", JOB, file).exit_code == 0
    assert "AI-generated" in file.read_text()
    found = run("verify", file)
    assert (found.exit_code, f"job {JOB} made this" in found.output) == (0, True)
    assert f"Label: AIGC, {JOB}-0" in found.output
    file.write_text(file.read_text().replace("cold", "warm"))
    changed = run("verify", file)
    assert (changed.exit_code, f"names job {JOB}" in changed.output) == (3, True)


def test_the_words_are_in_the_language_of_whoever_asked(settings: EngineSettings, tmp_path: Path) -> None:
    make(settings, text("钢铁之心，一生相伴，冷暖自知。"), locale="zh")
    run("export", JOB, tmp_path / "a.md")
    assert "AI生成" in (tmp_path / "a.md").read_text()


def test_one_of_several_texts_is_exported(settings: EngineSettings, tmp_path: Path) -> None:
    make(settings, text("one"), text("two"))
    assert run("export", JOB, tmp_path / "a.txt", "--variant", "2").exit_code == 0
    assert "two" in (tmp_path / "a.txt").read_text()
    assert "has 2 texts" in run("export", JOB, tmp_path / "b.txt", "--variant", "3").output


def test_what_has_no_text_is_not_exported(settings: EngineSettings, tmp_path: Path) -> None:
    assert "has no text" in run("export", "none", tmp_path / "a.txt").output
    make(settings, text(), state=State.FAILED)
    assert "has no text" in run("export", JOB, tmp_path / "a.txt").output
    assert ".txt or .md" in run("export", JOB, tmp_path / "a.docx").output
    assert not (tmp_path / "a.txt").exists()


def test_a_picture_is_known_by_its_bytes_and_then_by_its_looks(settings: EngineSettings, tmp_path: Path) -> None:
    labeller = build_labeller(settings, draws=True, with_prompt=False)
    made = labeller.label(file_of(scene(1)), Making(JOB, 0, "en"))
    key = factory.artifacts(settings).put(made.data, "png")
    make(settings, Artifact(ArtifactKind.IMAGE, 0, 5, blob=key, fingerprint=made.fingerprint))
    file = tmp_path / "a.png"
    file.write_bytes(made.data)
    found = run("verify", file)
    assert (found.exit_code, "nothing was changed" in found.output) == (0, True)
    assert "Content Credentials: whole" in found.output
    file.write_bytes(file_of(decoded(made.data)))
    again = run("verify", file)
    assert (again.exit_code, f"looks like what job {JOB}" in again.output) == (3, True)
    file.write_bytes(file_of(scene(2)))
    other = run("verify", file)
    assert (other.exit_code, "Nothing is known" in other.output) == (4, True)


def test_what_is_neither_picture_nor_text_is_told_so(settings: EngineSettings, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\xff\xfe\x00binary")
    found = run("verify", tmp_path / "a.bin")
    assert found.exit_code == 1
    assert "PNG, JPEG and WebP" in found.output
