"""A table's plan and result, held to what Slack accepts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.errors import PayloadError
from bot.locales import LOCALES, t
from bot.playground.blockkit import checked_blocks
from bot.ports import Now
from bot.slack.message import SlackRenderer
from bot.slack.table_plan import Misfit, Outlook, Plan, misfit, offered, plan_of, seconds
from engine.domain.job import Job, State
from engine.domain.request import CopyParams, Kind, Request
from engine.domain.result import Artifact, ArtifactKind, Failure, Progress, Result, Usage
from engine.domain.rows import Pace
from engine.domain.work import ForEachRow
from tests.support.recipes import RECOMMENDATION
from tests.unit.bot.slack.test_message import job, lines

PLAN = Plan("rows:msg:C1:1.1", "recommendation", f"{'0' * 64}.csv", 24, thread="1.1")
OUTLOOK = Outlook((("Customer", "customer"), ("<!here>", "product")), ("City",), 2, Pace(3.0, 0.01), 6)


def run(state: State, result: Result | None = None, locale: str = "en") -> Job:
    request = Request(Kind.COPY, "", CopyParams(seed=5), work=ForEachRow("recommendation", "a.csv", 3))
    return replace(job(state, result, locale=locale), request=request)


def table(**settings: int) -> Result:
    artifact = Artifact(ArtifactKind.TEXT, 0, 5, "**Row 1**\nTea.", blob="a.csv", mimetype="text/csv")
    return Result((artifact,), usage=Usage(model="smollm2", run_s=9.0, settings={**settings}))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("outlook", [OUTLOOK, Outlook((), (), 0, Pace(), 6)], ids=["known", "unknown"])
def test_slack_accepts_the_plan(locale: str, outlook: Outlook) -> None:
    text, blocks = offered(locale, RECOMMENDATION, PLAN, outlook)
    checked_blocks(json.loads(json.dumps(blocks)))
    assert "<!here>" not in json.dumps([text, blocks])


def test_the_plan_tells_what_it_will_take() -> None:
    text, blocks = offered("en", RECOMMENDATION, PLAN, OUTLOOK)
    assert text == "*Personalised recommendation* for each of 24 rows"
    assert blocks[0]["text"]["text"].splitlines()[1:] == [
        "• Time: about 12 s",
        "• Cost: about US$ 0.22",
        "• Columns: “Customer” → customer, “&lt;\u2060!here&gt;” → product",
        "• Told to the model as they are: “City”",
        "• Rows that lack something and will be left out: 2",
    ]
    assert [element["text"]["text"] for element in blocks[1]["elements"]] == ["Start", "Don't"]
    assert plan_of(blocks[1]["elements"][0]["value"]) == PLAN


@pytest.mark.parametrize("locale", LOCALES)
def test_a_table_that_does_not_fit_is_told_all_its_columns_and_flags_only_where_it_came_with_a_message(
    locale: str,
) -> None:
    found = Misfit(("a (A)",), ("a (A)", "b (B)"), ("c (C)",), ("<!here>",), in_form=True)
    in_form = misfit(locale, RECOMMENDATION, found)
    assert all(name in in_form for name in ("a (A), b (B)", "c (C)"))
    assert "<!here>" not in in_form
    assert "--field" not in in_form
    assert "--field" in misfit(locale, RECOMMENDATION, replace(found, in_form=False))


def test_a_few_rows_take_a_moment_all_the_same() -> None:
    assert seconds(1, replace(OUTLOOK, pace=Pace(0.1))) == 2.0
    assert seconds(1, replace(OUTLOOK, pace=Pace())) is None


@pytest.mark.parametrize("value", ["", "{}", "[]", str(replace(PLAN, table="x.csv")), str(replace(PLAN, rows=0))])
def test_what_is_no_plan_of_ours_is_none(value: str) -> None:
    with pytest.raises(PayloadError):
        plan_of(value)


def test_a_plan_that_a_button_cannot_carry_is_known() -> None:
    assert PLAN.fits
    assert not replace(PLAN, brief="x" * 2_000).fits


@pytest.mark.parametrize("locale", LOCALES)
def test_while_it_runs_a_bar_shows_how_far_it_is(locale: str) -> None:
    (shown,) = SlackRenderer().show(run(State.RUNNING, locale=locale), Now(progress=Progress(step=6, steps=24)), {})
    assert "▰▰▰▱▱▱▱▱▱▱▱▱" in lines(shown)[1]
    assert "24" in lines(shown)[1]


def test_when_it_is_done_the_file_hangs_from_the_message() -> None:
    done = run(State.SUCCEEDED, table(rows=3, rows_written=2))
    (shown,) = SlackRenderer().show(done, Now(), {"a.csv": "F1"})
    checked_blocks(json.loads(json.dumps(shown.blocks)))
    assert shown.files == ("F1",)
    assert lines(shown) == [
        "<@U1> asked: recommendation × 3",
        ":bar_chart: 2 of 3 rows written. The texts are in the file below.",
        "*The first of them:*",
        "**Row 1**\nTea.",
        ":sparkles: v1 · AI-generated · smollm2 · seed 5 · 9.0 s",
        "[Details]",
    ]


@pytest.mark.parametrize("locale", LOCALES)
def test_rows_that_are_not_as_they_should_be_are_counted_by_what_is_wrong(locale: str) -> None:
    counts = {"rows_refused": 3, "rows_lacking": 4, "rows_failed": 5, "rows_short": 6}
    (shown,) = SlackRenderer().show(run(State.SUCCEEDED, table(rows=20, rows_written=8, **counts), locale), Now(), {})
    wrong = [f"• {t(locale, f'table.{name}', count=count)}" for name, count in counts.items()]
    assert lines(shown)[1].splitlines()[1:] == [*wrong, t(locale, "table.note")]


def test_what_was_written_before_it_was_stopped_is_there() -> None:
    stopped = run(State.CANCELED, table(rows=3, rows_written=1))
    (shown,) = SlackRenderer().show(stopped, Now(), {"a.csv": "F1"})
    assert lines(shown)[1] == ":bar_chart: Stopped. 1 of 3 rows were written before; they are in the file below."


def test_what_was_written_before_it_failed_is_there_with_what_went_wrong() -> None:
    broken = replace(table(rows=3, rows_written=1), failure=Failure("out_of_memory"))
    (shown,) = SlackRenderer().show(run(State.FAILED, broken), Now(), {"a.csv": "F1"})
    checked_blocks(json.loads(json.dumps(shown.blocks)))
    assert shown.files == ("F1",)
    told = lines(shown)
    assert told[1].startswith(":warning: ")
    assert told[2] == ":bar_chart: 1 of 3 rows were written before; they are in the file below."
    assert told[-1] == "[Again] [Details]"


def test_a_file_that_slack_does_not_take_is_told() -> None:
    done = run(State.SUCCEEDED, table(rows=3, rows_written=3))
    (shown,) = SlackRenderer().show(done, Now(kept_out={"a.csv": "storage_limit_reached"}), {})
    assert shown.files == ()
    assert ":warning: The file could not be shown:" in lines(shown)[4]
