"""`aigc recipes`, and `aigc copy` and `aigc draw` by one."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.offline import Asked, copy, request_of
from bot.cli.recipes import recipes
from engine.domain.request import CopyParams, DrawParams, Kind
from engine.domain.work import FromRecipe
from engine.settings import EngineSettings
from tests.unit.engine.recipes.test_book import NOTE, STYLE


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A company's own recipes."""
    (tmp_path / "note.yaml").write_text(NOTE, encoding="utf-8")
    (tmp_path / "style.yaml").write_text(STYLE, encoding="utf-8")
    monkeypatch.setenv("AIGC_RECIPES_DIR", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(recipes, arguments)


def test_all_are_listed_by_group_with_what_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = run().output
    assert listed.index("Marketing") < listed.index("post  ") < listed.index("Office") < listed.index("note  ")
    assert "needs an image model with a LoRA" in listed
    assert "best with a strong model" in listed
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "社交媒体推文" in run().output


def test_one_is_shown_with_its_fields_and_worked_examples() -> None:
    shown = run("show", "note").output
    assert "--field topic=...  Topic" in shown
    assert "Length: at most 5 words." in shown
    assert "The tea is hot." in shown
    assert "icon" in run("show", "nothing").output


def test_files_are_checked_by_line(folder: Path) -> None:
    good = run("check", str(folder))
    assert good.exit_code == 0
    assert "worked examples: 1, texts that must fail: 1" in good.output
    (folder / "bad.yaml").write_text(NOTE.replace("kind: copy", "kind: sing").replace("  must_m", "  mast_m"), "utf-8")
    bad = run("check", str(folder / "note.yaml"), str(folder / "bad.yaml"))
    assert bad.exit_code == 1
    lines = bad.output.splitlines()
    assert [line.split("bad.yaml:")[1].split(": ")[0] for line in lines if "bad.yaml:" in line] == ["2", "12"]


def test_fields_and_brief_are_read_as_the_slash_command_reads_them() -> None:
    asked = Asked("in May", {"tone": "dry"}, "note", ("topic=hot tea",))
    request = request_of(Kind.COPY, asked, EngineSettings(), "en")
    assert isinstance(request.params, CopyParams)
    assert (request.prompt, request.work) == ("in May", FromRecipe("note", (("topic", "hot tea"),)))
    assert request.params.tone == "dry"
    drawn = request_of(Kind.DRAW, Asked("", {}, "icon", ("subject=an umbrella",)), EngineSettings(), "en")
    assert isinstance(drawn.params, DrawParams)
    assert drawn.params.width_px == 512


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--recipe", "nothing"), "There is no recipe 'nothing'"),
        (("--recipe", "icon"), "is for draw"),
        (("--recipe", "note"), "also needs: topic"),
        (("--recipe", "note", "--field", "size=1"), "does not ask for 'size'"),
        (("--field", "topic=tea"), "name one with '--recipe'"),
        ((), "Tell me what to make"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_loaded(arguments: tuple[str, ...], told: str) -> None:
    result = CliRunner().invoke(copy, arguments)
    assert result.exit_code == 2
    assert told in result.output
