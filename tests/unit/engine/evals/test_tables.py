"""The tables say what was reached and what was to be reached."""

from __future__ import annotations

import pytest

from engine.evals.tables import markdown, tables
from tests.unit.engine.evals.reports import report


def test_markdown() -> None:
    lines = list(markdown(tables(report((1, 1, 2, 9, 9)))))
    assert "| trained, English | 5 | 40.0% | 50.0% | 60%: missed | 60.0% | 60.0% |" in lines
    assert "| unseen, Chinese | 1 | 100.0% | 125.0% | 40%: met | 100.0% | 100.0% |" in lines
    assert "| 8 | 0.80 s | 500 MB | 75.0% |" in lines
    assert "| 8 prompts | yes | 0 of 255 |" in lines


@pytest.mark.parametrize(("difference", "verdict"), [(0, "yes"), (2, "yes"), (3, "no")])
def test_rounding_makes_no_other_picture(difference: int, verdict: str) -> None:
    assert f"| 8 prompts | {verdict} | {difference} of 255 |" in list(
        markdown(tables(report((1,), difference=difference)))
    )


def test_every_row_is_as_long_as_its_header() -> None:
    for table in tables(report((1,))):
        assert {len(row) for row in table.rows} == {len(table.header)}
