"""Messages at the wire: signed events in, jobs out."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.errors import FileForbidden
from bot.listeners import events
from bot.ports import Place
from bot.slack.payloads import message_key
from engine.domain.job import Delivery, Job, Origin, State
from engine.domain.request import CopyParams, DrawParams, Kind, Request, Revision
from engine.domain.work import ForEachRow
from engine.errors import StoreUnavailable
from tests.support.jobs import show
from tests.support.pictures import bomb
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


async def test_a_reply_below_what_is_not_stored_any_more_is_told_so(wire: Wire) -> None:
    wire.forget(wire.finish(await ask(wire, ts="1.1")))
    await wire.event(text="shorter", thread_ts="1.1", ts="2.2")
    assert wire.voice.whispers == [(Place("C1", "1.1"), "U1", "en error.forgotten")]
    assert len(wire.jobs()) == 1


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


async def test_a_change_starts_from_the_variant_that_was_picked(wire: Wire) -> None:
    first = wire.finish(await ask(wire, ts="1.1"), "One", "Two")
    wire.store.pick(first.id, 1, "U1")
    await wire.event(text="shorter", ts="2.2", thread_ts="1.1")
    child = wire.jobs()[-1]
    assert child.request.revision is not None
    assert child.request.revision.variant == 1


async def test_a_whole_table_is_not_changed_at_once(wire: Wire) -> None:
    work = ForEachRow("recommendation", "a.csv", 3)
    key, origin = message_key("C1", "1.1"), Origin("T1", "C1", "U1", "1.1")
    await wire.front.desk.start(key, origin, Request(Kind.COPY, "", CopyParams(), work=work))
    wire.finish(wire.jobs()[-1])
    await wire.event(text="shorter", ts="2.2", thread_ts="1.1")
    assert wire.voice.whispers == [(Place("C1", "1.1"), "U1", "en table.no_revision")]
    assert len(wire.jobs()) == 1


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


async def test_a_request_whose_deletion_was_heard_of_first_is_not_carried_out(wire: Wire) -> None:
    await wire.event(subtype="message_deleted", deleted_ts="1.1", previous_message={"user": "U1"}, ts="9.9")
    await wire.event(type="app_mention", text=f"{MENTION} copy a post", ts="1.1")
    assert wire.jobs() == []
    await ask(wire, ts="1.2")
    assert len(wire.jobs()) == 1


async def deleted_while_it_is_fetched(wire: Wire, monkeypatch: pytest.MonkeyPatch, **fields: str) -> State:
    """What becomes of the job of a message with an image that is deleted before the image is there."""
    monkeypatch.setattr(events, "ANSWER_S", 0.01)
    monkeypatch.setattr(wire.background, "drain", _no_drain)
    wire.files.gate.clear()
    await wire.event(files=[image()], ts="2.2", **fields)
    await asyncio.wait_for(wire.files.asked.wait(), 30)
    await wire.event(subtype="message_deleted", deleted_ts="2.2", previous_message={"user": "U1"}, ts="9.9")
    monkeypatch.undo()
    wire.files.gate.set()
    await wire.background.drain()
    return wire.jobs()[-1].state


async def test_a_request_that_is_deleted_while_its_image_is_fetched_is_canceled(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = await deleted_while_it_is_fetched(wire, monkeypatch, text=f"{MENTION} draw a watercolour")
    assert state is State.CANCELED


async def test_so_is_a_change(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    await drawing(wire)
    state = await deleted_while_it_is_fetched(wire, monkeypatch, text="like this", thread_ts="1.1")
    assert (len(wire.jobs()), state) == (2, State.CANCELED)


async def test_deleting_something_else_cancels_nothing(wire: Wire) -> None:
    job = await ask(wire, ts="1.1")
    await wire.event(subtype="message_deleted", deleted_ts="7.7", previous_message={"user": "U1"}, ts="9.9")
    found = wire.store.get(job.id)
    assert found
    assert found.state is State.ACCEPTED


async def test_without_a_database_slack_is_asked_to_come_again(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> None:
        raise StoreUnavailable("down")

    monkeypatch.setattr(wire.store, "admit", down)
    answer = await wire.event(type="app_mention", text=f"{MENTION} copy a post")
    assert answer.status_code == 503
    monkeypatch.undo()
    answer = await wire.event(type="app_mention", text=f"{MENTION} copy a post")
    assert answer.status_code == 200
    assert len(wire.jobs()) == 1


def image(file_id: str = "F1", **fields: Any) -> dict[str, Any]:
    return {"id": file_id, "mimetype": "image/png", "url_private_download": "https://files.slack.com/a.png", **fields}


async def test_a_mention_with_an_image_draws_from_it(wire: Wire) -> None:
    answer = await wire.event(text=f"{MENTION} draw a watercolour", subtype="file_share", files=[image()])
    [job] = wire.jobs()
    assert (answer.status_code, job.request.prompt) == (200, "a watercolour")
    assert isinstance(job.request.params, DrawParams)
    assert job.request.params.init_image is not None
    assert wire.artifacts.get(job.request.params.init_image) == wire.files.data
    assert wire.voice.whispers == []


async def test_a_mention_with_an_image_its_twin_and_their_retries_are_one_job_and_one_fetch(wire: Wire) -> None:
    for kind in ("app_mention", "message", "message", "app_mention"):
        await wire.event(type=kind, text=f"{MENTION} draw a watercolour", files=[image()])
    assert (len(wire.jobs()), wire.files.fetched) == (1, ["F1"])


async def test_in_a_direct_message_an_image_and_a_wish_are_enough(wire: Wire) -> None:
    await wire.event(channel="D1", channel_type="im", text="like a watercolour", files=[image()])
    [job] = wire.jobs()
    assert isinstance(job.request.params, DrawParams)
    assert job.request.params.init_image


async def test_an_image_without_words_is_asked_about(wire: Wire) -> None:
    await wire.event(channel="D1", channel_type="im", text="", subtype="file_share", files=[image()])
    assert (wire.jobs(), wire.files.fetched) == ([], [])
    assert [text for _, _, text in wire.voice.whispers] == ["en upload.no_words"]


async def test_images_of_others_talk_are_not_looked_at(wire: Wire) -> None:
    await wire.event(text="look at this", subtype="file_share", files=[image()])
    assert (wire.files.fetched, wire.voice.whispers) == ([], [])


async def drawing(wire: Wire) -> Job:
    """A finished one, in the thread 1.1."""
    await wire.event(type="app_mention", text=f"{MENTION} draw a bike", ts="1.1")
    return wire.finish(wire.jobs()[-1])


async def test_a_reply_with_an_image_starts_the_change_from_it(wire: Wire) -> None:
    parent = await drawing(wire)
    await wire.event(text="like this", ts="2.2", thread_ts="1.1", files=[image()])
    child = wire.jobs()[-1]
    assert child.request.revision == Revision(parent.id, instruction="like this", own_image=True)
    assert isinstance(child.request.params, DrawParams)
    assert child.request.params.init_image


async def test_a_change_keeps_the_image_that_was_given_first(wire: Wire) -> None:
    await wire.event(text=f"{MENTION} draw a watercolour", ts="1.1", files=[image()])
    first = wire.finish(wire.jobs()[-1])
    await wire.event(text="bluer", ts="2.2", thread_ts="1.1")
    child = wire.jobs()[-1]
    assert isinstance(first.request.params, DrawParams)
    assert isinstance(child.request.params, DrawParams)
    assert child.request.params.init_image == first.request.params.init_image
    assert child.request.revision == Revision(first.id, instruction="bluer")


async def test_of_several_images_the_first_is_used_and_the_person_is_told_once(wire: Wire) -> None:
    for kind in ("app_mention", "message"):
        files = [image("F0", mimetype="application/pdf"), image("F1"), image("F2")]
        await wire.event(type=kind, text=f"{MENTION} draw a watercolour", files=files)
    assert (len(wire.jobs()), wire.files.fetched) == (1, ["F1"])
    assert [text for _, _, text in wire.voice.whispers] == ["en upload.several"]


async def test_whoever_asks_for_a_text_beside_an_image_gets_it_and_is_told(wire: Wire) -> None:
    await wire.event(text=f"{MENTION} copy a post", files=[image()])
    assert [job.request.kind for job in wire.jobs()] == [Kind.COPY]
    assert wire.files.fetched == []
    assert [text for _, _, text in wire.voice.whispers] == ["en upload.words_only"]


@pytest.mark.parametrize("data", [b"<svg/>", b"%PDF-1.7", b"", bomb()])
async def test_what_is_no_image_is_answered_to_its_writer_alone_and_once(wire: Wire, data: bytes) -> None:
    wire.files.data = data
    for kind in ("app_mention", "message", "message"):
        answer = await wire.event(type=kind, text=f"{MENTION} draw a watercolour", files=[image()])
        assert answer.status_code == 200
    assert (wire.jobs(), wire.artifacts.kept, wire.files.fetched) == ([], {}, ["F1"])
    [(place, user, text)] = wire.voice.whispers
    assert (place, user) == (Place("C1"), "U1")
    assert text.startswith("en failure.image_")


async def test_an_image_that_cannot_be_had_is_told_and_a_reason_for_the_operator_is_logged(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.files.errors = [FileForbidden("HTTP 403")]
    name = "secret name.png"
    await wire.event(text=f"{MENTION} draw a watercolour", files=[image(name=name, title=name)])
    assert [text for _, _, text in wire.voice.whispers] == ["en upload.forbidden"]
    assert "FileForbidden: HTTP 403" in caplog.text
    assert "secret" not in caplog.text
    assert "watercolour" not in caplog.text


async def test_a_slow_image_makes_slack_ask_again_and_the_job_comes_by_itself(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "ANSWER_S", 0.01)
    monkeypatch.setattr(wire.background, "drain", _no_drain)
    wire.files.gate.clear()
    for _ in range(2):
        answer = await wire.event(text=f"{MENTION} draw a watercolour", files=[image()])
        assert (answer.status_code, wire.jobs()) == (503, [])
    monkeypatch.undo()
    wire.files.gate.set()
    await wire.background.drain()
    assert len(wire.jobs()) == 1
    answer = await wire.event(text=f"{MENTION} draw a watercolour", files=[image()])
    assert (answer.status_code, len(wire.jobs()), wire.files.fetched) == (200, 1, ["F1"])


async def _no_drain() -> None:
    pass
