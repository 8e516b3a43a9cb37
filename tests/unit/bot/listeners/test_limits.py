"""A request that is too much: told to its sender alone, on every surface, and what they typed is not lost."""

from __future__ import annotations

import time

import pytest

from bot.ports import Attachment
from engine.domain.job import State
from tests.unit.bot.listeners.conftest import Wire

OVER = "en jobs_at_once of the user: 1 of 1; "


async def test_a_command_comes_back_as_it_was_typed(wire: Wire) -> None:
    wire.limit(jobs_at_once=1)
    assert (await wire.slash("copy a post")).text == ""
    answer = (await wire.slash("copy another --n 2")).json()
    assert answer["response_type"] == "ephemeral"
    assert answer["text"] == f"{OVER}copy another --n 2"
    assert len(wire.jobs()) == 1


async def test_it_comes_back_as_a_person_typed_it_not_as_slack_escapes_it(wire: Wire) -> None:
    wire.limit(jobs_at_once=0)
    answer = await wire.slash("copy &lt;b&gt; &amp; more for <@U2|ada>")
    assert answer.json()["text"].endswith("copy <b> & more for @ada")


async def test_a_message_stays_where_it_is_and_its_writer_is_told_once(wire: Wire) -> None:
    wire.limit(jobs_at_once=1)
    await wire.slash("copy a post")
    for kind in ("message", "app_mention"):
        answer = await wire.event(type=kind, text="<@U0APP> copy another", ts="7.7")
        assert answer.status_code == 200
    (told,) = wire.voice.whispers
    assert told[1:] == ("U1", f"{OVER}\nen limit.above")
    assert len(wire.jobs()) == 1


async def test_a_mention_that_slack_tells_of_twice_counts_once(wire: Wire) -> None:
    wire.limit(requests_per_minute=2)
    for ts in ("7.7", "8.8"):
        for kind in ("message", "app_mention"):
            await wire.event(type=kind, text="<@U0APP> copy a post", ts=ts)
    assert wire.voice.whispers == []
    assert len(wire.jobs()) == 2


async def test_nothing_is_fetched_for_a_request_that_comes_too_soon(wire: Wire) -> None:
    wire.limit(requests_per_minute=1)
    for name in ("F1", "F2"):
        file = {"id": name, "mimetype": "image/png", "url_private_download": "https://files.slack.com/a.png"}
        await wire.event(type="app_mention", text="<@U0APP> draw a watercolour", ts=f"7.{name[1]}", files=[file])
    assert (wire.files.fetched, len(wire.jobs())) == (["F1"], 1)
    assert [text for _, _, text in wire.voice.whispers] == [
        "en requests_per_minute of the user: 1 of 1; \nen limit.above"
    ]


async def test_a_request_whose_image_took_long_counts_once(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    wire.limit(requests_per_minute=1)
    gate, keep = wire.front.desk.gate, wire.front.uploads.keep

    async def slowly(file: Attachment) -> str:
        gate.clock = lambda: time.time() + 10
        return await keep(file)

    monkeypatch.setattr(wire.front.uploads, "keep", slowly)
    await wire.event(type="app_mention", text="<@U0APP> draw a bike", files=[{"id": "F1", "mimetype": "image/png"}])
    assert (len(wire.jobs()), wire.voice.whispers) == (1, [])


async def test_a_form_stays_open_with_all_that_was_typed(wire: Wire) -> None:
    wire.limit(jobs_at_once=1)
    await wire.slash("copy a post")
    state = {"values": {"prompt_copy": {"input": {"type": "plain_text_input", "value": "another"}}}}
    view = {
        "type": "modal",
        "callback_id": "request_form",
        "private_metadata": "C1",
        "id": "V1",
        "hash": "h",
        "state": state,
    }
    answer = (await wire.interact(type="view_submission", view=view)).json()
    assert answer == {"response_action": "errors", "errors": {"prompt_copy": OVER}}


async def test_a_button_may_be_pressed_again_later(wire: Wire) -> None:
    await wire.slash("copy a post")
    job = wire.finish(wire.jobs()[0])
    wire.limit(jobs_at_once=0)
    await wire.click("job_again", f"{job.id}:0")
    assert wire.voice.whispers[0][2] == "en jobs_at_once of the user: 0 of 0; "
    assert [job.state for job in wire.jobs()] == [State.SUCCEEDED]


async def test_who_asks_is_told_what_was_used(wire: Wire) -> None:
    await wire.slash("copy a post")
    assert (await wire.slash("usage")).json()["text"] == "en user 1; channel 1"
    await wire.event(text="usage", channel="D1", channel_type="im", ts="9.9")
    assert wire.voice.whispers[-1][2] == "en user 1"
