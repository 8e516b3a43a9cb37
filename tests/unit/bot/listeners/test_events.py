"""Messages at the wire: signed events in, jobs out."""

from __future__ import annotations

import pytest

from bot.ports import Place
from engine.domain.job import Delivery, Job, State
from engine.errors import StoreUnavailable
from tests.support.jobs import show
from tests.unit.bot.listeners.conftest import APP, Wire

MENTION = f"<@{APP}>"


async def ask(wire: Wire, text: str = "copy a post", **fields: str) -> Job:
    await wire.event(type="app_mention", text=f"{MENTION} {text}", **fields)
    return wire.jobs()[-1]


async def test_a_mention_is_answered_in_its_thread(wire: Wire) -> None:
    job = await ask(wire, ts="1.1")
    assert (job.request.prompt, job.origin.thread) == ("a post", "1.1")


async def test_a_mention_its_twin_and_their_retries_are_one_job(wire: Wire) -> None:
    text = f"{MENTION} copy a post"
    for kind in ("app_mention", "message", "message", "app_mention"):
        await wire.event(type=kind, text=text)
    assert len(wire.jobs()) == 1


async def test_a_direct_message_is_answered_beside_it(wire: Wire) -> None:
    await wire.event(channel="D1", channel_type="im", text="copy a post")
    [job] = wire.jobs()
    assert (job.origin.channel, job.origin.thread) == ("D1", "")


async def test_talk_between_people_is_none_of_the_apps_business(wire: Wire) -> None:
    await wire.event(text="copy a post")
    await wire.event(text="copy a post", thread_ts="0.1", ts="2.2")
    assert wire.jobs() == []
    assert wire.voice.whispers == []


@pytest.mark.parametrize("fields", [{"bot_id": "B1"}, {"user": APP}, {"subtype": "message_changed"}])
async def test_what_apps_write_is_ignored(wire: Wire, fields: dict[str, str]) -> None:
    await wire.event(**{"text": f"{MENTION} copy a post", **fields})
    assert wire.jobs(APP) == wire.jobs() == []


async def test_a_reply_by_the_requester_is_a_revision(wire: Wire) -> None:
    parent = wire.finish(await ask(wire, ts="1.1"))
    await wire.event(text="shorter", ts="2.2", thread_ts="1.1")
    child = wire.jobs()[-1]
    assert child.request.revision is not None
    assert (child.request.revision.parent_id, child.request.revision.instruction) == (parent.id, "shorter")
    assert (child.request.prompt, child.version, child.origin.thread) == ("a post", 2, "1.1")


async def test_a_reply_while_the_first_result_is_being_made_is_no_new_request(wire: Wire) -> None:
    await ask(wire)
    await wire.event(type="message", channel="C1", user="U1", text="shorter", ts="1.2", thread_ts="1.1")
    assert len(wire.jobs()) == 1
    assert [text for _, _, text in wire.voice.whispers] == ["en error.still_being_made"]


async def test_a_reply_below_a_slash_commands_result_is_a_revision_too(wire: Wire) -> None:
    await wire.slash("copy a post")
    parent = wire.finish(wire.jobs()[0])
    show(wire.store, Delivery(parent.id, message="5.5"), parent.origin.channel, parent.origin.thread)
    await wire.event(text="shorter", ts="6.6", thread_ts="5.5")
    assert wire.jobs()[-1].root_id == parent.id


async def test_others_must_mention_the_app_to_revise(wire: Wire) -> None:
    wire.finish(await ask(wire, ts="1.1"))
    await wire.event(user="U2", text="shorter", ts="2.2", thread_ts="1.1")
    assert wire.jobs("U2") == []
    await wire.event(user="U2", text=f"{MENTION} shorter", ts="3.3", thread_ts="1.1")
    assert [job.version for job in wire.jobs("U2")] == [2]


async def test_a_revision_picks_the_version_it_names(wire: Wire) -> None:
    first = wire.finish(await ask(wire, ts="1.1"))
    await wire.event(text="shorter", ts="2.2", thread_ts="1.1")
    wire.finish(wire.jobs()[-1])
    await wire.event(text="v1 friendlier", ts="3.3", thread_ts="1.1")
    child = wire.jobs()[-1]
    assert child.request.revision is not None
    assert (child.request.revision.parent_id, child.version) == (first.id, 3)


async def test_an_unknown_version_is_answered_to_its_writer_alone_and_once(wire: Wire) -> None:
    wire.finish(await ask(wire, ts="1.1"))
    for kind in ("app_mention", "message"):
        await wire.event(type=kind, text=f"{MENTION} v7 shorter", ts="2.2", thread_ts="1.1")
    assert wire.voice.whispers == [(Place("C1", "1.1"), "U1", "en error.no_such_version")]
    assert len(wire.jobs()) == 1


async def test_what_is_not_understood_is_answered_to_its_writer_alone(wire: Wire) -> None:
    await wire.event(type="app_mention", text=f"{MENTION} dance")
    assert wire.voice.whispers == [(Place("C1"), "U1", "no dance")]


async def test_deleting_a_request_cancels_it(wire: Wire) -> None:
    job = await ask(wire, ts="1.1")
    await wire.event(subtype="message_deleted", deleted_ts="1.1", previous_message={"user": "U1"}, ts="9.9")
    found = wire.store.get(job.id)
    assert found
    assert found.state is State.CANCELED


async def test_deleting_something_else_cancels_nothing(wire: Wire) -> None:
    job = await ask(wire, ts="1.1")
    await wire.event(subtype="message_deleted", deleted_ts="7.7", previous_message={"user": "U1"}, ts="9.9")
    found = wire.store.get(job.id)
    assert found
    assert found.state is State.ACCEPTED


async def test_without_a_database_slack_is_asked_to_come_again(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> None:
        raise StoreUnavailable("down")

    monkeypatch.setattr(wire.store, "add", down)
    answer = await wire.event(type="app_mention", text=f"{MENTION} copy a post")
    assert answer.status_code == 503
    monkeypatch.undo()
    answer = await wire.event(type="app_mention", text=f"{MENTION} copy a post")
    assert answer.status_code == 200
    assert len(wire.jobs()) == 1
