"""A workspace that turns down whatever might unfurl."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.slack.quiet import QUIETLY, UNFURL_NOTHING
from tests.flow.playground.conftest import Start
from tests.support.slack import ADA, BOT_TOKEN, GENERAL, playground_config, running_playground

HALF = {**QUIETLY, "unfurl_media": None}


@pytest.mark.parametrize("said", [{}, {"unfurl_links": False}, HALF, {**QUIETLY, "parse": "full"}])
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.postEphemeral", "chat.update"])
def test_a_message_that_does_not_say_it_unfurls_nothing_is_turned_down(method: str, said: dict[str, Any]) -> None:
    with running_playground(playground_config(quiet_only=True)) as slack:
        client = WebClient(BOT_TOKEN, base_url=slack.api_url)
        posted = client.chat_postMessage(channel=GENERAL, text="x", **QUIETLY)
        call = {"channel": GENERAL, "user": ADA, "ts": posted["ts"], "text": "y"}
        with pytest.raises(SlackApiError, match="would_unfurl"):
            client.api_call(method, json={**call, **said})
        client.api_call(method, json={**call, **QUIETLY})


def test_an_answer_that_does_not_say_so_is_turned_down(start: Start) -> None:
    playground, app = start(quiet_only=True)
    playground.act(user=ADA, do="command", channel=GENERAL, text="/aigc nothing")
    hook = WebhookClient(app.bodies("command")[0]["response_url"])
    assert [hook.send(text="x").status_code, hook.send(text="x", **UNFURL_NOTHING).status_code] == [400, 200]
