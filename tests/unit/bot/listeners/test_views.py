"""Forms at the wire."""

from __future__ import annotations

from bot.ports import Place
from tests.unit.bot.listeners.conftest import Wire


def view(callback_id: str, private_metadata: str) -> dict[str, object]:
    return {
        "type": "modal",
        "id": "V1",
        "hash": "h1",
        "callback_id": callback_id,
        "private_metadata": private_metadata,
        "state": {"values": {}},
    }


async def test_a_request_form_is_a_job_where_it_was_opened(wire: Wire) -> None:
    answer = await wire.interact(type="view_submission", view=view("request_form", "C7"))
    assert (answer.status_code, answer.text) == (200, "")
    [job] = wire.jobs()
    assert (job.request.prompt, job.origin.channel) == ("a post", "C7")


async def test_a_form_that_is_sent_twice_is_one_job(wire: Wire) -> None:
    for _ in range(2):
        await wire.interact(type="view_submission", view=view("request_form", "C7"))
    assert len(wire.jobs()) == 1


async def test_what_is_wrong_in_a_form_is_said_in_the_form(wire: Wire) -> None:
    answer = await wire.interact(type="view_submission", view=view("request_form", "bad"))
    assert answer.json() == {"response_action": "errors", "errors": {"prompt": "too long"}}
    assert wire.jobs() == []


async def test_a_revise_form_is_a_revision(wire: Wire) -> None:
    await wire.slash("copy a post")
    parent = wire.finish(wire.jobs()[0])
    await wire.interact(type="view_submission", view=view("revise_form", f"C1 5.5 {parent.id}"))
    child = wire.jobs()[-1]
    assert child.request.revision is not None
    assert (child.request.revision.instruction, child.request.revision.variant) == ("shorter", 1)
    assert child.origin.thread == "5.5"


async def test_revising_what_is_gone_is_answered_to_the_sender_alone(wire: Wire) -> None:
    await wire.interact(type="view_submission", view=view("revise_form", "C1 5.5 none"))
    assert wire.voice.whispers == [(Place("C1", "5.5"), "U1", "en error.no_such_job")]


async def test_revising_what_is_not_stored_any_more_is_answered_to_the_sender_alone(wire: Wire) -> None:
    await wire.slash("copy a post")
    parent = wire.forget(wire.finish(wire.jobs()[0]))
    await wire.interact(type="view_submission", view=view("revise_form", f"C1 5.5 {parent.id}"))
    assert wire.voice.whispers == [(Place("C1", "5.5"), "U1", "en error.forgotten")]
    assert len(wire.jobs()) == 1


async def test_choosing_a_picture_turns_the_form_into_one_for_pictures(wire: Wire) -> None:
    await wire.interact(
        type="block_actions",
        view=view("request_form", "C7"),
        actions=[{"action_id": "form_kind", "block_id": "kind", "selected_option": {"value": "draw"}}],
    )
    assert wire.voice.forms == [("V1 h1", {"form": "en draw", "channel": "C7"})]
