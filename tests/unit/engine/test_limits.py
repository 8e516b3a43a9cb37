"""The limits file: what it says over what is built in, and how a mistake in it is told."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.domain.job import Origin
from engine.domain.limits import Limits, Quota, Scope, expected_wait_s
from engine.domain.request import Kind
from engine.errors import ConfigurationError
from engine.limits import BUILT_IN, load_limits
from engine.settings import EngineSettings, ModelSpec

ANNA = Origin("T0AGENCY1", "C0PRESS11", "U0ANNA111")
EXAMPLE = Path(__file__).parents[3] / "deploy/policy/limits.example.yaml"


def read(folder: Path, text: str) -> Limits:
    file = folder / "limits.yaml"
    file.write_text(text, encoding="utf-8")
    return load_limits(EngineSettings(limits_file=file), review_channel="C0REVIEW")


def test_without_a_file_a_person_has_generous_limits_and_nobody_else_any() -> None:
    limits = load_limits(EngineSettings())
    assert limits.quota(Scope.USER, ANNA) == BUILT_IN[Scope.USER]
    assert limits.quota(Scope.CHANNEL, ANNA) == limits.quota(Scope.WORKSPACE, ANNA) == Quota()


def test_the_word_none_lifts_all_limits() -> None:
    limits = load_limits(EngineSettings(limits_file="none"))
    assert limits.quota(Scope.USER, ANNA) == Quota()
    assert (limits.most_waiting, limits.longest_wait_s) == (None, None)


def test_what_a_file_does_not_name_stays_and_null_lifts(tmp_path: Path) -> None:
    text = "each_user: {images_per_day: 7, jobs_at_once: null}\nusers: {U0ANNA111: {images_per_day: null}}\n"
    limits = read(tmp_path, text)
    other = limits.quota(Scope.USER, Origin("T1", "C1", "U0BEN2222"))
    assert (other.images_per_day, other.jobs_at_once, other.requests_per_minute) == (7, None, 30)
    anna = limits.quota(Scope.USER, ANNA)
    assert (anna.images_per_day, anna.jobs_at_once, anna.requests_per_minute) == (None, None, 30)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("each_user:\n  images_a_day: 3\n", r"limits.yaml:2: each_user.images_a_day"),
        ("queue:\n  most_waiting: -1\n", r"limits.yaml:2: queue.most_waiting"),
        ("users:\n  anna: {images_per_day: 1}\n", r"limits.yaml:2: users.anna"),
        ("budget: {channel: general}\n", r"limits.yaml:1: budget.channel"),
        ("timezone: Mars/North\n", r"limits.yaml:1: timezone: .*no time zone"),
        ("each_user: [\n", r"limits.yaml:\d+: this is not YAML"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_key(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_limits(EngineSettings(limits_file=Path("/no/such/limits.yaml")))


def test_the_example_does_what_its_comments_say() -> None:
    limits = load_limits(EngineSettings(limits_file=EXAMPLE))
    assert limits.quota(Scope.USER, ANNA).images_per_day == 1000
    assert limits.quota(Scope.CHANNEL, ANNA) == Quota(jobs_at_once=10, images_per_day=300)
    assert limits.quota(Scope.WORKSPACE, ANNA) == Quota(tokens_per_day=20_000_000)
    assert (limits.budget.usd_per_month, limits.budget.warn_at, limits.budget.channel) == (300, 0.8, "C0ADMINS1")
    assert (limits.most_waiting, limits.longest_wait_s) == (2000, 3600)


def test_warnings_go_to_the_reviewers_where_no_channel_is_named(tmp_path: Path) -> None:
    assert read(tmp_path, "budget: {usd_per_day: 1}\n").budget.channel == "C0REVIEW"


def test_models_that_cost_money_are_those_with_a_price_and_openais_own() -> None:
    price = {"usd_per_million_input_tokens": 1.0, "usd_per_million_output_tokens": 2.0}
    own = {"base_url": "http://vllm:8000/v1"}
    models = {
        "gpt": ModelSpec(backend="openai", model="gpt-5-mini"),
        "local": ModelSpec(backend="transformers", model="embedded"),
        "vllm": ModelSpec(backend="openai", model="m", options=own),
        "hosted": ModelSpec(backend="openai", model="m", options={**own, **price}),
    }
    paid = load_limits(EngineSettings(text_models=models)).paid
    assert paid == {(Kind.COPY, None), (Kind.COPY, "gpt"), (Kind.COPY, "hosted")}


def test_days_and_months_begin_where_the_company_is() -> None:
    limits = Limits(timezone=ZoneInfo("Asia/Shanghai"))
    at = datetime(2026, 11, 30, 17, 0, tzinfo=ZoneInfo("UTC")).timestamp()  # 01:00 on December 1st there
    day, month = limits.day(at), limits.month(at)
    assert day[0] == month[0] == datetime(2026, 12, 1, tzinfo=limits.timezone).timestamp()
    assert day[1] - day[0] == 86_400
    assert month[1] == datetime(2027, 1, 1, tzinfo=limits.timezone).timestamp()


def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is() -> None:
    limits = Limits(timezone=ZoneInfo("Europe/Berlin"))
    begins, ends = limits.day(datetime(2026, 10, 25, 12, tzinfo=limits.timezone).timestamp())
    assert ends - begins == 25 * 3600


@pytest.mark.parametrize(
    ("before", "running", "run_s", "wait_s"),
    [(0, 1, 60.0, 60.0), (3, 4, 60.0, 60.0), (9, 2, 30.0, 150.0), (5, 0, 60.0, None), (5, 2, None, None)],
)
def test_the_wait_is_worked_out_from_what_was_measured_or_is_unknown(
    before: int, running: int, run_s: float | None, wait_s: float | None
) -> None:
    assert expected_wait_s(before, running, run_s) == wait_s
