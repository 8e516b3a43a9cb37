"""The audit log as files: for spreadsheets, which must not be tricked, and for programs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import aigc
from bot.cli.audit import COLUMNS, csv_lines, json_lines
from engine.adapters import factory
from engine.domain.audit import AuditEntry, AuditEvent, of_verdict
from engine.domain.job import State
from engine.domain.review import Outcome
from engine.settings import EngineSettings
from tests.support.jobs import new_job
from tests.support.reviews import decision, held, verdict


def entry(reason: str = "", text: str = "", at: float = 0.5) -> AuditEntry:
    findings = verdict().findings
    return AuditEntry(
        at, AuditEvent.REJECTED, "T1", "C1", "a1", "U9", policy="p@1", findings=findings, reason=reason, text=text
    )


def test_a_line_of_json_says_everything() -> None:
    [line] = json_lines([entry("off brand", "水")])
    assert json.loads(line) == {
        "time": "1970-01-01T00:00:00.500+00:00",
        "event": "rejected",
        "workspace": "T1",
        "channel": "C1",
        "job_id": "a1",
        "actor": "U9",
        "stage": "",
        "action": "",
        "policy": "p@1",
        "findings": [
            {"category": "company-rule", "score": 0.9, "action": "review", "check": "company", "detail": "claims"}
        ],
        "reason": "off brand",
        "text": "水",
    }


def test_a_table_has_a_header_and_a_row_for_each_entry() -> None:
    header, row = csv.reader("".join(csv_lines([entry('a "quoted", reason')])).splitlines())
    assert tuple(header) == COLUMNS
    told = dict(zip(header, row, strict=True))
    assert (told["reason"], told["categories"], told["scores"], told["checks"]) == (
        'a "quoted", reason',
        "company-rule",
        "0.900",
        "company:claims",
    )


@given(st.text())
def test_no_cell_is_a_formula_and_none_is_lost(text: str) -> None:
    header, row = csv.reader(csv_lines([entry(reason=text, text=f"={text}")]), strict=True)
    told = dict(zip(header, row, strict=True))
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))]
    assert told["text"] == f"'={text}"
    assert told["reason"].removeprefix("'").endswith(text.removeprefix("'"))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(sign: str) -> None:
    [row] = list(csv.DictReader(csv_lines([entry(reason=f"{sign}HYPERLINK(1)")]), strict=True))
    assert row["reason"] == f"'{sign}HYPERLINK(1)"


@pytest.mark.parametrize(
    ("options", "jobs"),
    [
        ([], ["a", "b", "b"]),
        (["--since", "1970-01-02"], ["b", "b"]),
        (["--until", "1970-01-02"], ["a"]),
        (["--since", "1970-01-01T00:00:02+00:00", "--until", "1970-01-02T01:00+01:00"], []),
    ],
)
def test_a_period_is_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], jobs: list[str]
) -> None:
    monkeypatch.setenv("AIGC_DATA_DIR", str(tmp_path))
    store = factory.store(EngineSettings())
    for job_id, at in (("a", 1.0), ("b", 86_400.0)):
        (submitted,) = store.add([new_job(job_id)])
        store.claim(job_id, "worker", 30)
        store.finish(job_id, "worker", State.HELD, held(), [of_verdict(submitted.job, verdict(), at)])
    store.decide("b", decision(Outcome.APPROVED, at=90_000.0))
    store.close()
    written = tmp_path / "audit.jsonl"
    command = ["audit", "export", *options, "--output", str(written)]
    assert CliRunner().invoke(aigc, command, catch_exceptions=False).exit_code == 0
    assert [json.loads(line)["job_id"] for line in written.read_text().splitlines()] == jobs
    printed = CliRunner().invoke(aigc, ["audit", "export", *options, "--format", "csv"], catch_exceptions=False)
    assert len(printed.output.splitlines()) == len(jobs) + 1


def test_a_time_that_is_none_is_said_so() -> None:
    refused = CliRunner().invoke(aigc, ["audit", "export", "--since", "yesterday"])
    assert "--since" in refused.output
    assert refused.exit_code == 2
