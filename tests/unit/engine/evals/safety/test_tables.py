"""The tables name what was measured and how; JSON has no number that JSON does not have."""

from __future__ import annotations

import json
from collections.abc import Sequence

from engine.domain.safety import Action
from engine.evals.safety.figures import figures, groups, speeds
from engine.evals.safety.files import Problem
from engine.evals.safety.report import FileReport, Report
from engine.evals.safety.scoring import Scored
from engine.evals.safety.tables import tables
from engine.evals.tables import markdown
from tests.unit.engine.evals.safety.test_figures import MIXED, answer


def file_report(answers: Sequence[Scored], layers: str = "local", choice: str = "") -> FileReport:
    return FileReport(
        name="a.csv",
        layers=layers,
        choice=choice,
        figures=tuple(figures(answers, None)),
        speeds=tuple(speeds(answers)),
        groups=tuple(groups(answers, ["kind"], None)),
        problems=(Problem(3, "no text"),),
    )


def report(*files: FileReport, threshold: float | None = None) -> Report:
    return Report("default@1", "1 thread", threshold, files)


def lines(found: Report) -> list[str]:
    return list(markdown(tables(found)))


def test_a_file_stands_with_its_figures_its_time_and_its_groups() -> None:
    shown = "\n".join(lines(report(file_report(MIXED))))
    assert "| a.csv | any | en | 4 | 50.0% | 0.833 |" in shown
    assert "| a.csv | any | en | 100.0% | 50.0% | 0.0% | 0.667 | 75.0% |" in shown
    assert "| a.csv | en | 4 | 5 | 10 | 10 | 5 | 0 | 25.0% | 1 |" in shown
    assert "| a.csv | kind | a | any | 2 | 50.0% | 50.0% |" in shown
    assert "| flagged by default@1 |" in shown
    assert "ms, 1 thread" in shown


def test_what_was_chosen_is_said_beside_the_file() -> None:
    assert "| a.csv, unseen half | any |" in "\n".join(lines(report(file_report(MIXED, choice="unseen half"))))
    assert "| flagged from 0.3 on |" in "\n".join(lines(report(file_report(MIXED), threshold=0.3)))


def test_layers_are_named_where_there_is_a_choice() -> None:
    both = report(file_report(MIXED), file_report(MIXED, "local + guard"))
    shown = "\n".join(lines(both))
    assert "| a.csv, local | any |" in shown
    assert "| a.csv, local + guard | any |" in shown


def test_what_cannot_be_divided_is_left_empty() -> None:
    safe = [answer(0.9, False, action=Action.REFUSE), answer(0.1, False)]
    shown = "\n".join(lines(report(file_report(safe))))
    assert "| a.csv | any | en | 2 | 0.0% |  |  |  |  |  |" in shown
    assert "nan" not in shown


def test_json_can_be_read_by_anybody() -> None:
    found = report(file_report([answer(0.9, False), answer(0.1, False)])).to_json()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["command"] == "eval safety"
    figure = found["files"][0]["figures"][0]
    assert (figure["subject"], figure["average_precision"], figure["at"]["false_positive_rate"]) == ("any", None, 0.0)
    assert found["files"][0]["problems"] == [{"line": 3, "reason": "no text"}]


def test_every_row_is_as_long_as_its_header() -> None:
    for table in tables(report(file_report(MIXED))):
        assert {len(row) for row in table.rows} == {len(table.header)}


def test_a_pipe_in_a_value_does_not_end_its_cell() -> None:
    assert any(r"| a\|b |" in line for line in lines(report(file_report([answer(0.1, False, kind="a|b")]))))
