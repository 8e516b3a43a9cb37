"""The real client against the workspace's Web API."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.flow.playground.conftest import MODAL
from tests.support.slack import (
    ADA,
    ADA_DM,
    APP_TOKEN,
    BEN,
    BEN_DM,
    BOT,
    BOT_TOKEN,
    GENERAL,
    MEI,
    RunningPlayground,
    playground_config,
    running_playground,
)

Request = Callable[[WebClient], Any]
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}


def error_of(request: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        request()
    return str(caught.value.response["error"])


def test_who_am_i(client: WebClient) -> None:
    answer = client.auth_test()
    assert (answer["user_id"], answer["team"]) == (BOT, "Playground")
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


def test_tokens_are_checked(playground: RunningPlayground) -> None:
    assert error_of(lambda: WebClient("xoxb-other", base_url=playground.api_url).auth_test()) == "invalid_auth"
    assert error_of(lambda: WebClient("", base_url=playground.api_url).auth_test()) == "not_authed"
    assert error_of(WebClient(APP_TOKEN, base_url=playground.api_url).auth_test) == "not_allowed_token_type"
    client = WebClient(BOT_TOKEN, base_url=playground.api_url)
    assert error_of(lambda: client.apps_connections_open(app_token=BOT_TOKEN)) == "not_allowed_token_type"


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (lambda c: c.api_call("no.such"), "unknown_method"),
        (lambda c: c.chat_postMessage(channel="C1", text="x"), "channel_not_found"),
        (lambda c: c.api_call("chat.postMessage", json={"channel": GENERAL, "text": " "}), "no_text"),
        (lambda c: c.chat_postMessage(channel=GENERAL, text="x" * 40_001), "msg_too_long"),
        (lambda c: c.chat_postMessage(channel=GENERAL, text="x", thread_ts="1.2"), "thread_not_found"),
        (lambda c: c.chat_postMessage(channel=GENERAL, blocks="[1", text="x"), "invalid_blocks_format"),
        (lambda c: c.chat_postMessage(channel=GENERAL, blocks=[{"type": "x"}], text="x"), "invalid_blocks"),
        (lambda c: c.chat_postMessage(channel=GENERAL, blocks=[SECTION] * 51, text="x"), "invalid_blocks"),
        (lambda c: c.chat_postMessage(channel=GENERAL, markdown_text="x" * 12_001), "msg_too_long"),
        (lambda c: c.chat_postMessage(channel=GENERAL, markdown_text="x", text="y"), "markdown_text_conflict"),
        (lambda c: c.chat_postMessage(channel=GENERAL, text="x", metadata={"a": 1}), "invalid_metadata_schema"),
        (lambda c: c.chat_update(channel=GENERAL, ts="1.2", text="x"), "message_not_found"),
        (lambda c: c.chat_delete(channel=GENERAL, ts="1.2"), "message_not_found"),
        (lambda c: c.chat_getPermalink(channel=GENERAL, message_ts="1.2"), "message_not_found"),
        (lambda c: c.chat_postEphemeral(channel=GENERAL, user="U1", text="x"), "user_not_found"),
        (lambda c: c.chat_postEphemeral(channel=BEN_DM, user=ADA, text="x"), "user_not_in_channel"),
        (lambda c: c.conversations_replies(channel=GENERAL, ts="1.2"), "thread_not_found"),
        (lambda c: c.conversations_history(channel=GENERAL, cursor="zzz"), "invalid_cursor"),
        (lambda c: c.conversations_join(channel=GENERAL), "missing_scope"),
        (lambda c: c.users_info(user="U1"), "user_not_found"),
        (lambda c: c.files_info(file="F1"), "file_not_found"),
        (lambda c: c.files_completeUploadExternal(files=[{"id": "F1", "title": "x"}]), "file_not_found"),
        (lambda c: c.views_open(trigger_id="nonsense", view=MODAL), "invalid_trigger_id"),
        (lambda c: c.views_update(view_id="V1", view={"type": "modal"}), "not_found"),
        (lambda c: c.views_publish(user_id=ADA, view={"type": "home"}), "invalid_arguments"),
    ],
)
def test_refusals_have_slacks_codes(client: WebClient, request_: Request, error: str) -> None:
    assert error_of(lambda: request_(client)) == error


def test_a_missing_scope_is_named(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.reactions_add(channel=GENERAL, name="tada", timestamp="1.2")
    assert caught.value.response["needed"] == "reactions:write"
    assert "chat:write" in caught.value.response["provided"]


def test_invalid_blocks_are_pointed_at(client: WebClient) -> None:
    blocks = [SECTION, {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=GENERAL, text="x", blocks=blocks)
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/1/text/text]"
    ]
    many = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 5
    assert error_of(lambda: client.chat_postMessage(channel=GENERAL, text="x", blocks=many)) == "msg_blocks_too_long"


def test_a_message_is_kept_as_it_was_sent(client: WebClient, playground: RunningPlayground) -> None:
    metadata = {"event_type": "aigc_job", "event_payload": {"job": "1", "part": 0}}
    text = "*bold* &lt;!channel&gt; <https://example.com>"
    answer = client.chat_postMessage(
        channel=GENERAL, text=text, blocks=[SECTION], metadata=metadata, unfurl_links=False, unfurl_media=False
    )
    assert answer["message"]["bot_id"]
    shown = playground.messages(ADA, GENERAL)[0]
    assert (shown["text"], shown["unfurl_links"], shown["unfurl_media"]) == (text, False, False)
    assert shown["metadata"] == metadata
    plain = client.conversations_history(channel=GENERAL)["messages"][0]
    assert "metadata" not in plain
    assert plain["blocks"][0]["block_id"]
    whole = client.conversations_history(channel=GENERAL, include_all_metadata=True)["messages"][0]
    assert whole["metadata"] == metadata


def test_update_keeps_metadata_and_marks_the_edit(client: WebClient, playground: RunningPlayground) -> None:
    metadata = {"event_type": "aigc_job", "event_payload": {"job": "1"}}
    ts = client.chat_postMessage(channel=GENERAL, text="one", blocks=[SECTION], metadata=metadata)["ts"]
    client.chat_update(channel=GENERAL, ts=ts, text="two")
    shown = playground.messages(ADA, GENERAL)[0]
    assert (shown["text"], shown["blocks"], shown["metadata"]) == ("two", [], metadata)
    assert shown["edited"]["user"] == BOT
    assert error_of(lambda: client.chat_update(channel=GENERAL, ts=ts, text="x" * 4001)) == "msg_too_long"


def test_other_peoples_messages_are_theirs(client: WebClient, playground: RunningPlayground) -> None:
    ts = playground.act(user=ADA, do="message", channel=GENERAL, text="mine")["ts"]
    assert error_of(lambda: client.chat_update(channel=GENERAL, ts=ts, text="x")) == "cant_update_message"
    assert error_of(lambda: client.chat_delete(channel=GENERAL, ts=ts)) == "cant_delete_message"


def test_a_deleted_root_leaves_a_tombstone(client: WebClient, playground: RunningPlayground) -> None:
    ts = client.chat_postMessage(channel=GENERAL, text="root")["ts"]
    playground.act(user=ADA, do="message", channel=GENERAL, text="reply", thread_ts=ts)
    client.chat_delete(channel=GENERAL, ts=ts)
    assert playground.messages(ADA, GENERAL)[0]["subtype"] == "tombstone"
    assert client.conversations_replies(channel=GENERAL, ts=ts)["messages"][1]["text"] == "reply"


def test_an_ephemeral_message_is_for_one(client: WebClient, playground: RunningPlayground) -> None:
    client.chat_postEphemeral(channel=GENERAL, user=ADA, text="psst")
    assert [m["text"] for m in playground.messages(ADA, GENERAL)] == ["psst"]
    assert playground.messages(BEN, GENERAL) == []
    assert client.conversations_history(channel=GENERAL)["messages"] == []


def test_a_user_id_is_a_destination(client: WebClient, playground: RunningPlayground) -> None:
    assert client.chat_postMessage(channel=ADA, text="hello")["channel"] == ADA_DM
    assert client.conversations_open(users=ADA)["channel"]["id"] == ADA_DM
    assert playground.state(ADA)["conversations"][-1] == {
        "id": ADA_DM,
        "name": "",
        "kind": "im",
        "user": BOT,
        "unread": 1,
        "topic": "",
        "is_archived": False,
        "has_app": True,
    }


def test_channels_can_be_closed_to_the_app(client: WebClient, playground: RunningPlayground) -> None:
    channel = playground.act(user=ADA, do="create_channel", name="secret-plans")["channel"]
    assert error_of(lambda: client.chat_postMessage(channel=channel, text="x")) == "not_in_channel"
    assert error_of(lambda: client.conversations_history(channel=channel)) == "not_in_channel"
    playground.act(user=ADA, do="invite_app", channel=channel)
    posted = client.chat_postMessage(channel=channel, text="x")
    playground.act(user=ADA, do="archive", channel=channel)
    assert error_of(lambda: client.chat_postMessage(channel=channel, text="x")) == "is_archived"
    assert error_of(lambda: client.chat_update(channel=channel, ts=posted["ts"], text="y")) == "is_inactive"


def test_history_pages_from_the_newest(client: WebClient) -> None:
    sent = [client.chat_postMessage(channel=GENERAL, text=str(n))["ts"] for n in range(5)]
    first = client.conversations_history(channel=GENERAL, limit=2)
    assert [m["text"] for m in first["messages"]] == ["4", "3"]
    cursor = first["response_metadata"]["next_cursor"]
    second = client.conversations_history(channel=GENERAL, limit=2, cursor=cursor)
    assert [m["text"] for m in second["messages"]] == ["2", "1"]
    newer = client.conversations_history(channel=GENERAL, oldest=sent[2])["messages"]
    assert [m["text"] for m in newer] == ["4", "3"]
    inclusive = client.conversations_history(channel=GENERAL, oldest=sent[2], inclusive=True)["messages"]
    assert [m["text"] for m in inclusive] == ["4", "3", "2"]


def test_people_have_locales(client: WebClient) -> None:
    assert client.users_info(user=MEI, include_locale=True)["user"]["locale"] == "zh-CN"
    assert "locale" not in client.users_info(user=MEI)["user"]
    assert {u["id"] for u in client.users_list()["members"]} == {ADA, BEN, MEI, BOT}


def test_fast_posting_is_limited() -> None:
    with running_playground(playground_config(message_burst=3, message_rate_per_s=0.01)) as playground:
        client = WebClient(BOT_TOKEN, base_url=playground.api_url)
        for _ in range(3):
            client.chat_postMessage(channel=GENERAL, text="x")
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=GENERAL, text="x")
        assert caught.value.response.status_code == 429
        assert caught.value.response["error"] == "ratelimited"
        assert int(caught.value.response.headers["Retry-After"]) >= 1
        assert client.chat_postMessage(channel=ADA_DM, text="x")["ok"]


def test_forms_and_json_are_both_taken(playground: RunningPlayground) -> None:
    form = f"token={BOT_TOKEN}&channel={GENERAL}&text=hi".encode()
    status, body = playground.post("/api/chat.postMessage", form, "application/x-www-form-urlencoded")
    assert (status, json.loads(body)["ok"]) == (200, True)
    assert json.loads(playground.post("/api/auth.test", b"{", "application/json")[1])["error"] == "invalid_json"


def test_calls_are_remembered_without_tokens(client: WebClient, playground: RunningPlayground) -> None:
    client.chat_postMessage(channel=GENERAL, text="hi")
    call = playground.calls("chat.postMessage")[0]
    assert call["args"] == {"channel": GENERAL, "text": "hi"}
    assert (call["status"], call["ok"]) == (200, True)
    assert BOT_TOKEN not in json.dumps(playground.calls())


def test_other_hosts_are_refused(playground: RunningPlayground) -> None:
    status, _, _ = playground.get("/people/state?user=U0ADA00001", {"Host": "evil.example"})
    assert status == 400


def test_a_permalink_opens_the_page(playground: RunningPlayground) -> None:
    root = playground.act(user=ADA, do="message", channel=GENERAL, text="a root")["ts"]
    client = WebClient(BOT_TOKEN, base_url=playground.api_url)
    link = client.chat_getPermalink(channel=GENERAL, message_ts=root)["permalink"]
    page = playground.get("/")[2]
    assert playground.get(link)[::2] == (200, page)
    assert playground.get(f"{playground.url}/archives/{GENERAL}")[::2] == (200, page)
