"""What people are told when a request could not be taken, and when nobody is told."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.signature import SignatureVerifier

from bot import app
from bot.ports import Place
from engine.errors import StoreUnavailable
from tests.support.speech import FakeReader, FakeWords
from tests.unit.bot.listeners.conftest import APP, SECRET, Wire, wired

MENTION = f"<@{APP}> copy a post"


@pytest.fixture
async def wire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    """A bot whose database is away."""

    def down(*_: object) -> None:
        raise StoreUnavailable("down")

    async with wired(tmp_path, FakeReader(), FakeWords()) as wire:
        for method in ("admit", "get", "in_thread", "recent"):
            monkeypatch.setattr(wire.store, method, down)
        yield wire


def told(wire: Wire) -> list[tuple[Place, str]]:
    return [(place, text) for place, _, text in wire.voice.whispers]


async def test_whoever_mentions_the_app_is_told_once_that_it_keeps_trying(wire: Wire) -> None:
    for kind in ("app_mention", "message", "app_mention"):
        assert (await wire.event(type=kind, text=MENTION)).status_code == 503
    assert told(wire) == [(Place("C1"), "en error.trying_on")]


async def test_a_direct_message_is_answered_beside_it(wire: Wire) -> None:
    await wire.event(channel="D1", channel_type="im", text="copy a post")
    assert told(wire) == [(Place("D1"), "en error.trying_on")]


async def test_a_reply_below_a_message_of_the_app_is_answered_in_the_thread(wire: Wire) -> None:
    await wire.event(text="shorter", thread_ts="5.5", parent_user_id=APP)
    assert told(wire) == [(Place("C1", "5.5"), "en error.trying_on")]


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "lunch?"},
        {"text": "shorter", "thread_ts": "5.5", "parent_user_id": "U1"},
        {"text": MENTION, "bot_id": "B1"},
        {"subtype": "message_deleted", "deleted_ts": "1.1", "previous_message": {"user": "U1"}},
    ],
)
async def test_talk_between_people_is_not_disturbed(wire: Wire, fields: dict[str, Any]) -> None:
    await wire.event(**fields)
    assert told(wire) == []


async def test_after_slacks_last_try_the_writer_hears_that_it_was_given_up(wire: Wire) -> None:
    authorizations = [{"team_id": "T1", "user_id": APP, "is_bot": True}]
    event = {"type": "app_mention", "channel": "C1", "user": "U1", "ts": "1.1", "text": MENTION}
    body = json.dumps({"type": "event_callback", "team_id": "T1", "authorizations": authorizations, "event": event})
    stamp = str(int(time.time()))
    for number in ("", "1", "2", "3"):
        headers = {
            "content-type": "application/json",
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body) or "",
        } | ({"x-slack-retry-num": number} if number else {})
        assert (await wire.client.post("/slack/events", content=body, headers=headers)).status_code == 503
    await wire.background.drain()
    assert told(wire) == [(Place("C1"), "en error.trying_on"), (Place("C1"), "en error.gave_up")]


async def test_a_form_stays_open_and_says_why_below_its_first_field(wire: Wire) -> None:
    blocks = [{"type": "section", "block_id": "s"}, {"type": "input", "block_id": "kind"}, {"type": "input"}]
    view = {"type": "modal", "id": "V1", "hash": "h", "callback_id": "request_form", "private_metadata": "C1"}
    answer = await wire.interact(type="view_submission", view={**view, "blocks": blocks, "state": {"values": {}}})
    assert answer.json() == {"response_action": "errors", "errors": {"kind": "en error.try_again"}}


async def test_a_form_without_a_field_fails_as_slack_shows_it(wire: Wire) -> None:
    view = {"type": "modal", "id": "V1", "hash": "h", "callback_id": "request_form", "private_metadata": "C1"}
    answer = await wire.interact(type="view_submission", view={**view, "blocks": [], "state": {"values": {}}})
    assert answer.status_code == 503


async def test_a_button_is_answered_beside_it(wire: Wire) -> None:
    assert (await wire.click("job_again", "j1")).status_code == 200
    assert told(wire) == [(Place("C1"), "en error.try_again")]


async def test_a_command_gets_its_words_back_but_not_those_of_others(wire: Wire) -> None:
    answer = await wire.slash("copy &lt;b&gt; for <@U2|ada> ``` <!channel>")
    assert answer.json()["text"].splitlines()[-1] == "```/aigc copy &lt;b&gt; for @ada ''' @channel```"
    assert (await wire.slash("status")).json()["text"].endswith("```/aigc status```")


async def test_many_small_waits_are_one_too_many(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look into the database is in time, and all together are not."""
    monkeypatch.setattr(app, "ALL_S", 0.2)

    async def slow(*_: object) -> tuple[()]:
        await asyncio.sleep(30)
        return ()

    monkeypatch.setattr(type(wire.front.desk), "in_thread", slow)
    assert (await wire.event(type="app_mention", text=MENTION)).status_code == 503
    assert told(wire) == [(Place("C1"), "en error.trying_on")]
