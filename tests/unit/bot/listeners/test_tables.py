"""A table with a message, at the wire: a plan, and nothing before its sender says so."""

from __future__ import annotations

import json

import pytest

from bot.ports import Place
from bot.slack.table_plan import Plan, plan_of
from engine.domain.rows import Pace
from engine.domain.work import ForEachRow
from engine.errors import StoreUnavailable
from tests.unit.bot.listeners.conftest import APP, Wire

CSV = b"customer,product,city\nAda,tea,Paris\nBen,,Rome\n"
FILE = {
    "id": "F1", "name": "people.csv", "mimetype": "text/csv", "mode": "hosted", "size": 40,
    "url_private": "https://files.slack.com/people.csv",
}  # fmt: skip


async def send(wire: Wire, data: bytes = CSV, text: str = "rows please") -> None:
    wire.files.data = data
    await wire.event(type="app_mention", text=f"<@{APP}> {text}", files=[FILE])


async def planned(wire: Wire) -> Plan:
    await send(wire)
    [(_, _, said)] = wire.voice.whispers
    return plan_of(said)


async def test_a_plan_is_told_and_nothing_runs(wire: Wire) -> None:
    plan = await planned(wire)
    assert (plan.recipe, plan.rows, plan.thread) == ("recommendation", 2, "1.1")
    assert wire.artifacts.kept[plan.table] == CSV
    assert wire.jobs() == []


async def test_slack_tells_of_it_twice_and_the_plan_is_told_once(wire: Wire) -> None:
    await send(wire)
    await wire.event(text=f"<@{APP}> rows please", files=[FILE])
    assert len(wire.voice.whispers) == 1
    assert wire.files.fetched == ["F1"]


async def test_told_again_by_another_process_a_table_whose_run_began_is_left_alone(wire: Wire) -> None:
    plan = await planned(wire)
    await wire.click("table_start", str(plan))
    wire.front.once._seen.clear()
    await send(wire)
    assert len(wire.voice.whispers) == 1
    assert wire.files.fetched == ["F1"]


async def test_start_is_one_run_however_often_it_is_pressed(wire: Wire) -> None:
    plan = await planned(wire)
    for _ in range(2):
        await wire.click("table_start", str(plan), response_url="https://hooks.slack.com/actions/1")
    [job] = wire.jobs()
    assert job.request.work == ForEachRow("recommendation", plan.table, 2)
    assert job.origin.thread == "1.1"
    assert wire.voice.dismissed == ["https://hooks.slack.com/actions/1"] * 2


async def test_dont_takes_the_plan_away(wire: Wire) -> None:
    plan = await planned(wire)
    await wire.click("table_drop", plan.key, response_url="https://hooks.slack.com/actions/1")
    assert wire.jobs() == []
    assert wire.voice.dismissed == ["https://hooks.slack.com/actions/1"]


async def fill_in(wire: Wire, data: bytes = CSV, view_id: str = "V1") -> str:
    """The form, with a table in it, opened in C7; what Slack is answered."""
    wire.files.data = data
    values = {"table": {"value": {"type": "file_input", "files": [FILE]}}}
    view = {"type": "modal", "id": view_id, "hash": "h1", "callback_id": "request_form", "private_metadata": "rows C7"}
    answer = await wire.interact(type="view_submission", view={**view, "state": {"values": values}})
    assert answer.status_code == 200
    return answer.text


async def test_a_table_in_a_form_is_a_plan_as_well(wire: Wire) -> None:
    for _ in range(2):
        assert await fill_in(wire) == ""
    [(place, _, said)] = wire.voice.whispers
    plan = plan_of(said)
    assert (place, plan.recipe, plan.rows, plan.thread) == (Place("C7"), "recommendation", 2, "")
    assert wire.jobs() == []
    await wire.click("table_start", str(plan), channel="C7")
    [job] = wire.jobs()
    assert (job.origin.channel, job.request.work) == ("C7", ForEachRow("recommendation", plan.table, 2))


async def test_what_is_wrong_with_a_table_in_a_form_is_told_where_it_was_opened(wire: Wire) -> None:
    await fill_in(wire, b"\x00")
    assert wire.voice.whispers == [(Place("C7"), "U1", "en failure.table_unreadable")]


async def test_a_database_that_fails_once_the_form_is_closed_is_told(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(model: str) -> Pace:
        raise StoreUnavailable("the database cannot be used")

    monkeypatch.setattr(wire.store, "pace", unavailable)
    await fill_in(wire)
    assert wire.voice.whispers == [(Place("C7"), "U1", "en error.try_again")]


async def test_the_form_stays_open_where_it_is_too_soon(wire: Wire) -> None:
    wire.limit(requests_per_minute=1)
    await fill_in(wire)
    assert "requests_per_minute" in await fill_in(wire, view_id="V2")
    assert wire.files.fetched == ["F1"]


async def test_choosing_rows_turns_the_form_into_one_for_a_table(wire: Wire) -> None:
    view = {"type": "modal", "id": "V1", "hash": "h1", "callback_id": "request_form", "private_metadata": "C7"}
    action = {"action_id": "form_rows", "block_id": "rows", "selected_option": {"value": "each"}}
    await wire.interact(type="block_actions", view={**view, "state": {"values": {}}}, actions=[action])
    assert wire.voice.forms == [("V1 h1", {"form": "en recommendation rows", "channel": "C7"})]


async def test_the_limits_hold_when_it_starts(wire: Wire) -> None:
    plan = await planned(wire)
    wire.limit(jobs_at_once=0)
    await wire.click("table_start", str(plan))
    assert wire.jobs() == []
    assert "jobs_at_once" in wire.voice.whispers[-1][2]
    assert wire.voice.dismissed == []


LACKS = (
    "en recommendation lacks customer (Customer); needs customer (Customer), product (Product); takes notes (Notes); "
    "there: name, product"
)


async def test_a_table_that_lacks_a_column_is_told_which(wire: Wire) -> None:
    await send(wire, b"name,product\nAda,tea\n")
    assert wire.voice.whispers == [(Place("C1"), "U1", LACKS)]


async def test_a_table_in_a_form_that_lacks_a_column_is_told_so_for_the_form(wire: Wire) -> None:
    await fill_in(wire, b"name,product\nAda,tea\n")
    assert wire.voice.whispers == [(Place("C7"), "U1", f"{LACKS} in a form")]


@pytest.mark.parametrize(("data", "key"), [(b"a,b\n", "table_empty"), (b"\x00", "table_unreadable")])
async def test_what_is_no_table_is_told_so(wire: Wire, data: bytes, key: str) -> None:
    await send(wire, data)
    assert wire.voice.whispers == [(Place("C1"), "U1", f"en failure.{key}")]


async def test_words_that_are_not_about_rows_are_a_request_as_ever(wire: Wire) -> None:
    await send(wire, text="copy a post")
    [job] = wire.jobs()
    assert (job.request.prompt, job.request.work) == ("a post", None)


async def test_a_button_that_is_none_of_ours_starts_nothing(wire: Wire) -> None:
    answer = await wire.click("table_start", json.dumps({"key": "x", "recipe": "r", "table": "../x", "rows": 1}))
    assert answer.status_code == 400
    assert wire.jobs() == []
