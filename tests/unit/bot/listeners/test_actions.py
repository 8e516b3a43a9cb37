"""Buttons at the wire."""

from __future__ import annotations

import pytest

from bot.ports import Place
from engine.domain.job import Job, State
from engine.domain.request import RevisionMode
from tests.unit.bot.listeners.conftest import Wire


async def result(wire: Wire) -> Job:
    await wire.slash("copy a post")
    return wire.finish(wire.jobs()[-1])


@pytest.mark.parametrize(("action", "mode"), [("job_again", RevisionMode.AGAIN), ("job_vary", RevisionMode.VARY)])
async def test_again_and_vary_are_revisions_below_the_result(wire: Wire, action: str, mode: RevisionMode) -> None:
    parent = await result(wire)
    answer = await wire.click(action, f"{parent.id}:1")
    assert (answer.status_code, answer.text) == (200, "")
    child = wire.jobs()[-1]
    assert child.request.revision is not None
    assert (child.request.revision.parent_id, child.request.revision.mode) == (parent.id, mode)
    assert child.request.revision.variant == 1
    assert child.origin.thread == "5.5"
    assert child.request.params.seed != parent.request.params.seed


async def test_one_press_that_arrives_twice_is_one_job(wire: Wire) -> None:
    parent = await result(wire)
    for _ in range(2):
        await wire.click("job_again", parent.id, trigger_id="t.1")
    assert len(wire.jobs()) == 2


async def test_revise_opens_a_form_with_the_trigger(wire: Wire) -> None:
    parent = await result(wire)
    await wire.click("job_revise", f"{parent.id}:2", trigger_id="t.9")
    assert wire.voice.forms == [("t.9", {"form": parent.id, "variant": 2, "thread": "5.5"})]


async def test_details_are_for_who_asked(wire: Wire) -> None:
    parent = await result(wire)
    await wire.click("job_details", parent.id)
    assert wire.voice.whispers == [(Place("C1"), "U1", f"details of {parent.id}")]


async def test_in_a_thread_the_answer_is_in_the_thread(wire: Wire) -> None:
    parent = await result(wire)
    await wire.click("job_details", parent.id, message={"ts": "5.5", "thread_ts": "1.1"})
    assert wire.voice.whispers[0][0] == Place("C1", "1.1")


async def test_the_requester_can_cancel_others_cannot(wire: Wire) -> None:
    await wire.slash("copy a post")
    [job] = wire.jobs()
    await wire.click("job_cancel", job.id, user={"id": "U2"})
    assert wire.jobs()[0].state is State.ACCEPTED
    await wire.click("job_cancel", job.id)
    assert wire.jobs()[0].state is State.CANCELED
    assert [text for _, _, text in wire.voice.whispers] == ["en error.not_your_job", "en cancel.done"]


@pytest.mark.parametrize("fields", [{"team": {"id": "T2"}}, {"channel": "C2"}])
async def test_a_value_made_up_elsewhere_opens_nothing(wire: Wire, fields: dict[str, str]) -> None:
    parent = await result(wire)
    await wire.click("job_again", parent.id, **fields)
    assert len(wire.jobs()) == 1
    assert wire.voice.whispers[0][2] == "en error.no_such_job"


@pytest.mark.parametrize("action", ["job_again", "job_vary", "job_revise", "job_details"])
async def test_a_button_of_what_is_not_stored_any_more_says_so(wire: Wire, action: str) -> None:
    wire.forget(await result(wire))
    await wire.click(action, wire.jobs()[0].id)
    assert wire.voice.whispers == [(Place("C1"), "U1", "en error.forgotten")]
    assert len(wire.jobs()) == 1
    assert wire.voice.forms == []


async def test_a_picked_variant_is_remembered_and_its_message_due_again(wire: Wire) -> None:
    parent = await result(wire)
    wire.queue.delivered.clear()
    for _ in range(2):
        answer = await wire.click("job_pick", f"{parent.id}:0")
        assert (answer.status_code, answer.text) == (200, "")
    [job] = wire.jobs()
    assert job.picked == 0
    wire.submitter.close()
    assert set(wire.queue.delivered) == {parent.id}
