"""Text grows in a message."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.support.slack import ADA, BOT_TOKEN, GENERAL, RunningPlayground, playground_config, running_playground

TO: dict[str, Any] = {"recipient_user_id": ADA, "recipient_team_id": "T0PLAYGRND"}


def shown(playground: RunningPlayground, root: str) -> dict[str, Any]:
    return playground.messages(ADA, GENERAL, root)[-1]


def test_a_stream_from_start_to_stop(client: WebClient, playground: RunningPlayground) -> None:
    root = client.chat_postMessage(channel=GENERAL, text="root")["ts"]
    stream = client.chat_stream(channel=GENERAL, thread_ts=root, buffer_size=1, **TO)
    stream.append(markdown_text="Hello ")
    assert (shown(playground, root)["text"], shown(playground, root)["streaming"]) == ("Hello ", True)
    stream.append(markdown_text="*there*")
    button = {"type": "button", "action_id": "again", "text": {"type": "plain_text", "text": "Again"}}
    metadata = {"event_type": "aigc_job", "event_payload": {"job": "1"}}
    stream.stop(blocks=[{"type": "actions", "elements": [button]}], metadata=metadata)
    message = shown(playground, root)
    assert (message["text"], message["streaming"], message["metadata"]) == ("Hello *there*", False, metadata)
    assert [block["type"] for block in message["blocks"]] == ["markdown", "actions"]
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        client.chat_appendStream(channel=GENERAL, ts=message["ts"], markdown_text="more")


def test_a_stream_dies_of_age_and_can_be_updated_then() -> None:
    with running_playground(playground_config(stream_ttl_s=0.0)) as playground:
        client = WebClient(BOT_TOKEN, base_url=playground.api_url)
        root = client.chat_postMessage(channel=GENERAL, text="root")["ts"]
        ts = client.chat_startStream(channel=GENERAL, thread_ts=root, markdown_text="a", **TO)["ts"]
        with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
            client.chat_appendStream(channel=GENERAL, ts=ts, markdown_text="b")
        client.chat_update(channel=GENERAL, ts=ts, text="whole")
        assert shown(playground, root)["text"] == "whole"


def test_an_open_stream_is_not_updated(client: WebClient) -> None:
    root = client.chat_postMessage(channel=GENERAL, text="root")["ts"]
    ts = client.chat_startStream(channel=GENERAL, thread_ts=root, **TO)["ts"]
    with pytest.raises(SlackApiError, match="streaming_state_conflict"):
        client.chat_update(channel=GENERAL, ts=ts, text="x")


def test_a_channel_needs_a_recipient(client: WebClient) -> None:
    root = client.chat_postMessage(channel=GENERAL, text="root")["ts"]
    with pytest.raises(SlackApiError, match="missing_recipient_user_id"):
        client.chat_startStream(channel=GENERAL, thread_ts=root)


def test_tasks_show_as_cards(client: WebClient, playground: RunningPlayground) -> None:
    root = client.chat_postMessage(channel=GENERAL, text="root")["ts"]
    ts = client.chat_startStream(channel=GENERAL, thread_ts=root, **TO)["ts"]
    for status in ("in_progress", "complete"):
        chunk = {"type": "task_update", "id": "1", "title": "Draw", "status": status}
        client.chat_appendStream(channel=GENERAL, ts=ts, chunks=[chunk])
    blocks = shown(playground, root)["blocks"]
    assert [(block["type"], block["status"]) for block in blocks] == [("task_card", "complete")]
    with pytest.raises(SlackApiError, match="invalid_chunks"):
        client.chat_appendStream(channel=GENERAL, ts=ts, chunks=[{"type": "nonsense"}])
