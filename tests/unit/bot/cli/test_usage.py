"""What an operator is told of who used what, and what it cost."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import pytest
from click.testing import CliRunner

from bot.cli import aigc
from bot.cli.usage import MOST_DAYS, days_of
from engine.adapters import factory
from engine.domain.job import Origin, State
from engine.domain.limits import Limits
from engine.domain.result import Result, Usage
from engine.settings import EngineSettings
from tests.support.jobs import new_job

SHANGHAI = ZoneInfo("Asia/Shanghai")
GPT, LOCAL = Usage("gpt", "openai", 100, 50, 0, 0.5, 2.0, 0.25), Usage("tiny", "transformers", 10, 5, 3, 0.5, 1.5)


@pytest.fixture(autouse=True)
def used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ann on the 1st and the 2nd, Ben on the 2nd, of Shanghai's November."""
    (tmp_path / "limits.yaml").write_text("timezone: Asia/Shanghai\n")
    monkeypatch.setenv("AIGC_LIMITS_FILE", str(tmp_path / "limits.yaml"))
    monkeypatch.setenv("AIGC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "160")
    store = factory.store(EngineSettings())
    for day, user, channel, state, what in (
        (1, "ann", "C1", State.SUCCEEDED, GPT),
        (2, "ann", "C2", State.SUCCEEDED, LOCAL),
        (2, "=ben", "C1", State.FAILED, GPT),
    ):
        at = datetime(2026, 11, day, 3, tzinfo=SHANGHAI).timestamp()
        store._clock = lambda at=at: at  # type: ignore[misc]
        store.add([new_job(f"{user}{day}", origin=Origin("T1", channel, user))])
        store.claim(f"{user}{day}", "worker", 30)
        store.finish(f"{user}{day}", "worker", state, Result(usage=what))
    store.close()


def run(*arguments: str) -> str:
    done = CliRunner().invoke(aigc, ["usage", "--since", "2026-11-01", "--until", "2026-12-01", *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def rows(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("--json", *arguments).splitlines()]


def test_days_are_the_companys_and_sums_are_whole() -> None:
    assert rows() == [
        {"day": "2026-11-01", "jobs": 1, "succeeded": 1, "prompt_tokens": 100, "completion_tokens": 50, "images": 0,
         "run_s": 2.0, "cost_usd": 0.25},
        {"day": "2026-11-02", "jobs": 2, "succeeded": 1, "prompt_tokens": 110, "completion_tokens": 55, "images": 3,
         "run_s": 3.5, "cost_usd": 0.25},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("user", {("T1", "ann"): 2, ("T1", "=ben"): 1}),
        ("channel", {("T1", "C1"): 2, ("T1", "C2"): 1}),
        ("model", {("gpt", "openai"): 2, ("tiny", "transformers"): 1}),
    ],
)
def test_it_is_summed_up_by_what_is_asked_for(by: str, groups: dict[tuple[str, str], int]) -> None:
    assert {tuple(row.values())[:2]: row["jobs"] for row in rows("--by", by)} == groups


def test_what_has_no_price_has_no_cost() -> None:
    assert {row["model"]: row["cost_usd"] for row in rows("--by", "model")} == {"gpt": 0.5, "tiny": None}


def test_only_what_lies_between_counts() -> None:
    assert [row["day"] for row in rows("--since", "2026-11-02")] == ["2026-11-02"]
    assert [row["day"] for row in rows("--until", "2026-11-02")] == ["2026-11-01"]


def test_a_spreadsheet_gets_no_formula() -> None:
    header, *lines = csv.reader(run("--csv", "--by", "user").splitlines())
    assert header[:3] == ["workspace", "user", "jobs"]
    assert sorted(line[1] for line in lines) == ["'=ben", "ann"]
    assert [line[-1] for line in lines] == ["0.25", "0.25"]


def test_a_person_reads_a_table() -> None:
    told = run("--by", "model")
    assert "cost usd" in told
    assert "3.50" not in told
    assert {line.split("│")[-2].strip() for line in told.splitlines() if "│" in line} == {"0.50", "-"}


def test_of_a_time_to_come_nothing_is_told() -> None:
    assert rows("--since", "2099-01-01") == []


def test_a_range_that_is_too_long_to_list_by_day_is_refused() -> None:
    day_s = 86_400.0
    assert len(days_of(Limits(), 0.0, MOST_DAYS * day_s)) == MOST_DAYS
    with pytest.raises(click.BadParameter, match="400 days"):
        days_of(Limits(), 0.0, MOST_DAYS * day_s + 1)
