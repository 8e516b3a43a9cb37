"""`aigc knowledge` at a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import aigc
from tests.fakes import FakeAnswerScorer, FakeEmbedder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two documents that can be read, one that cannot, and what is left alone; no sentence model."""
    monkeypatch.setenv("AIGC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setattr("engine.bootstrap.E5Embedder", FakeEmbedder)
    monkeypatch.setattr("engine.bootstrap.E5AnswerScorer", FakeAnswerScorer)
    folder = tmp_path / "docs"
    (folder / "faq").mkdir(parents=True)
    (folder / "returns.md").write_text("# Returns\nYou may return a bottle within 30 days.\n")
    (folder / "faq" / "a b.csv").write_text("question,answer\nDoes a bottle rust?,\x1b[31mIt never rusts.\n")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nonsense")
    (folder / "picture.png").write_bytes(b"")
    (folder / ".hidden.md").write_text("secret")
    return folder


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(aigc, ["knowledge", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def rows(*arguments: object, code: int = 0) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*arguments, "--json", code=code).stdout.splitlines()]


def test_a_folder_is_added_but_for_what_cannot_be_read_which_is_told(folder: Path) -> None:
    result = run("add", folder, code=1)
    assert "returns.md: added, in passages: 1." in result.stdout
    assert "broken.pdf: not read. The file is damaged" in result.stdout
    assert "2 added, 0 changed, 0 unchanged, 1 not read." in result.stderr
    assert "picture" not in result.output
    assert "hidden" not in result.output
    assert [row["title"] for row in rows("list")] == ["a b", "Returns"]
    assert {row["outcome"] for row in rows("add", folder, code=1)} == {"unchanged", "unreadable"}


def test_where_people_open_a_file_is_below_the_base(folder: Path) -> None:
    run("add", folder, "--url-base", "https://example.com/kb/", code=1)
    assert [row["url"] for row in rows("list")] == [
        "https://example.com/kb/faq/a%20b.csv",
        "https://example.com/kb/returns.md",
    ]


def test_a_search_shows_what_answers_and_how_likely(folder: Path) -> None:
    run("add", folder, code=1)
    shown = run("search", "May I return my bottle?").stdout
    assert "Returns" in shown
    assert "   You may return a bottle within 30 days." in shown
    (row, *_) = rows("search", "Does the bottle rust?")
    assert (row["heading"], 0.5 <= row["score"] <= 1) == ("Does a bottle rust?", True)
    assert "\x1b" not in run("search", "Does the bottle rust?").stdout


def test_where_nothing_answers_it_says_so(folder: Path) -> None:
    run("add", folder / "returns.md")
    assert "Nothing in the knowledge base answers that" in run("search", "Mona Lisa", code=1).stderr
    assert len(rows("search", "Mona Lisa", "--all")) == 1


def test_what_a_team_or_a_channel_alone_may_read_is_found_for_them_alone(folder: Path) -> None:
    added = run("add", folder / "returns.md", "--scope", "team:support")
    assert "no team support in AIGC_TEAMS_FILE" in added.stderr
    run("search", "return a bottle", code=1)
    run("search", "return a bottle", "--team", "support")
    assert rows("list", "--scope", "everybody") == []
    run("add", folder / "returns.md", "--scope", "nobody", code=2)


def test_documents_are_taken_out_by_id_or_path(folder: Path) -> None:
    run("add", folder, code=1)
    first, second = (row["document"] for row in rows("list"))
    assert "There is no such document: x" in run("remove", "x", code=1).output
    assert "Documents taken out: 1." in run("remove", first).output
    run("remove", (folder / "returns.md").resolve())
    assert second not in run("list").output


def test_embedding_again_says_how_many(folder: Path) -> None:
    run("add", folder, code=1)
    assert "Passages embedded again: 2." in run("reindex").output


def test_a_path_that_is_not_there_is_told(folder: Path) -> None:
    assert "nowhere.md: not read. There is no such file" in run("add", folder / "nowhere.md", code=1).output


def test_the_example_shop_is_added_by_a_word(folder: Path) -> None:
    assert "30 added" in run("add", "--example").stderr
    assert rows("search", "How long do I have to return a bottle?", "--all")


def test_without_a_path_it_says_what_to_name(folder: Path) -> None:
    assert "Name files or folders, or --example" in run("add", code=2).stderr


def test_other_names_are_shown_exported_edited_and_imported(folder: Path, tmp_path: Path) -> None:
    (folder / "range.md").write_text("Aqua One, our blue bottle.\n")
    run("add", folder / "range.md")
    assert "blue bottle" in run("aliases").stdout
    assert "Drop" in run("aliases", "--add", "Drop", "Aqua One").stdout
    exported = run("aliases", "--export").stdout
    assert "Drop,Aqua One,everybody," in exported
    file = tmp_path / "aliases.csv"
    file.write_text(exported.replace("Drop,", "Droplet,"))
    shown = run("aliases", "--import", file).stdout
    assert "Droplet" in shown
    assert "Drop " not in shown
    assert shown.count("blue bottle") == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [("a,b\n1,2\n", "needs the columns"), ("alias,name,scope\nx,y,nobody\n", "Line 2"), ("alias,name\nx,\n", "Line 2")],
)
def test_a_wrong_file_of_names_is_told_and_changes_nothing(folder: Path, tmp_path: Path, text: str, told: str) -> None:
    run("aliases", "--add", "Drop", "Aqua One")
    file = tmp_path / "aliases.csv"
    file.write_text(text)
    assert told in run("aliases", "--import", file, code=1).output
    assert "Drop" in run("aliases").stdout
