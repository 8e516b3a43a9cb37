"""Lists never cut an id or a time, nor tables a figure; progress in a log is one line at the start and the end."""

from __future__ import annotations

import pytest

from bot.cli.output import Column, print_by_file, print_list, progress
from bot.cli.plain import plain
from engine.evals.tables import Table

TABLES = [
    Table(
        ("`figures`", "category", *(f"figure {n}" for n in range(8))), (("a.csv", "hate/threatening", *["0.123"] * 8),)
    ),
    Table(("values", "value", "share"), (("a.csv", "[bold]" + "long" * 20, "1.0%"), ("b.csv", "x", "2.0%"))),
]

ID, AT, WORDS = "da2cf8" * 6, "2026-11-26T17:20:54", "Returns of [bold] bottles " * 8
LIST = ((Column("document", whole=True), Column("title"), Column("added", whole=True)), [(ID, WORDS, AT)])


@pytest.mark.parametrize("width", [40, 80, 200])
def test_in_a_terminal_ids_and_times_are_whole_and_words_give_way(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    print_list(*LIST)
    shown = plain(capsys.readouterr().out)
    assert ID in shown
    assert AT in shown
    assert shown.count("[bold]") == 8
    assert max(map(len, shown.splitlines())) <= width


def test_in_a_pipe_every_row_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    print_list(*LIST)
    assert any(ID in line and WORDS.strip() in line and AT in line for line in capsys.readouterr().out.splitlines())


def test_every_file_has_its_tables_and_no_figure_is_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    print_by_file(TABLES)
    shown = capsys.readouterr().out
    assert shown.count("a.csv") == shown.count("b.csv") == 1
    assert shown.count("0.123") == 8
    assert "hate/threatening" in shown
    assert "figures" in shown
    assert "[bold]long" in shown
    assert shown.count("long") == 20
    before, after = shown.split("b.csv")
    assert "1.0%" in before
    assert "2.0%" in after


def test_a_log_says_where_a_part_starts_and_ends(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as show:
        for done in range(4):
            show("[a].csv", done, 3)
    assert capsys.readouterr().err == "[a].csv: 0 of 3\n[a].csv: 3 of 3\n"
