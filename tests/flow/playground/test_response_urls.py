"""Answers without a token."""

from __future__ import annotations

import json
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from tests.flow.playground.conftest import BUTTON, Start
from tests.support.slack import ADA, BEN, BOT_TOKEN, GENERAL, RunningPlayground


def command_url(start: Start) -> tuple[RunningPlayground, str]:
    playground, app = start()
    playground.act(user=ADA, do="command", channel=GENERAL, text="/aigc nothing")
    return playground, app.bodies("command")[0]["response_url"]


def clicked(start: Start, *, ephemeral: bool) -> tuple[RunningPlayground, dict[str, Any]]:
    """A press on a button of a message, and its payload."""
    playground, app = start()
    client = WebClient(BOT_TOKEN, base_url=playground.api_url)
    if ephemeral:
        client.chat_postEphemeral(channel=GENERAL, user=ADA, text="choose", blocks=[BUTTON])
    else:
        client.chat_postMessage(channel=GENERAL, text="choose", blocks=[BUTTON])
    ts = playground.messages(ADA, GENERAL)[-1]["ts"]
    playground.act(user=ADA, do="click", channel=GENERAL, ts=ts, block_id="row", action_id="again")
    return playground, app.bodies("block_actions")[-1]


def test_five_answers_and_no_more(start: Start) -> None:
    playground, url = command_url(start)
    hook = WebhookClient(url)
    answers = [hook.send(text=str(n)) for n in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert json.loads(answers[5].body)["error"] == "used_url"
    shown = playground.messages(ADA, GENERAL)
    assert [(m["text"], m["ephemeral"]) for m in shown] == [(str(n), True) for n in range(5)]
    assert playground.messages(BEN, GENERAL) == []


def test_an_answer_for_all(start: Start) -> None:
    playground, url = command_url(start)
    WebhookClient(url).send(text="for all", response_type="in_channel")
    assert [m["text"] for m in playground.messages(BEN, GENERAL)] == ["for all"]


@pytest.mark.parametrize("ephemeral", [True, False])
def test_the_message_acted_on_can_be_replaced_and_deleted(start: Start, ephemeral: bool) -> None:
    playground, payload = clicked(start, ephemeral=ephemeral)
    assert ("message" in payload) is not ephemeral
    assert payload["container"]["is_ephemeral"] is ephemeral
    hook = WebhookClient(payload["response_url"])
    hook.send(text="chosen", replace_original=True)
    assert [(m["text"], m["blocks"]) for m in playground.messages(ADA, GENERAL)] == [("chosen", [])]
    hook.send(delete_original=True)
    assert playground.messages(ADA, GENERAL) == []


def test_nonsense_is_refused(start: Start) -> None:
    playground, url = command_url(start)
    assert WebhookClient(url).send(text="").status_code == 400
    assert WebhookClient(url).send(text="x", blocks=[{"type": "x"}]).status_code == 400
    assert playground.post(url, b"{", "application/json")[0] == 400
    assert WebhookClient(url.rsplit("/", 1)[0] + "/guess").send(text="x").status_code == 404
