"""The messenger at the wire: what it sends over HTTP, and what it makes of Slack's answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import (
    ChannelUnreachable,
    DeliveryError,
    FileNotReady,
    MessageGone,
    MessageTooLong,
    RateLimited,
    SlackMisconfigured,
    SlackRejected,
    SlackUnavailable,
)
from bot.ports import Mark, Place
from bot.slack.messenger import SlackMessenger
from bot.slack.quiet import QUIETLY
from tests.support.asgi import serving
from tests.support.clock import Clock

TEXT = [{"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}]
IMAGE = [{"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a bicycle"}]


@dataclass
class Slack:
    """Answers each method with the next of its scripted answers, the last one for good; keeps what it was sent."""

    answers: dict[str, list[Response]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    uploads: list[bytes] = field(default_factory=list)
    url: str = ""

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/{method}", self._method, methods=["GET", "POST"]),
                Route("/upload", self._upload, methods=["POST"]),
            ]
        )

    async def _method(self, request: Request) -> Response:
        method = request.path_params["method"]
        if request.headers.get("content-type", "").startswith("application/json"):
            sent = await request.json()
        else:
            sent = {**request.query_params, **await request.form()}
        self.calls.append((method, sent))
        answers = self.answers.get(method) or [JSONResponse({"ok": True})]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def _upload(self, request: Request) -> Response:
        self.uploads.append(await request.body())
        return PlainTextResponse("OK - 3")

    def says(self, method: str, *answers: dict[str, Any]) -> None:
        self.answers[method] = [JSONResponse(answer) for answer in answers]


@pytest.fixture
def slack() -> Iterator[Slack]:
    slack = Slack()
    with serving(slack.app()) as url:
        slack.url = url
        yield slack


@pytest.fixture
def messenger(slack: Slack) -> SlackMessenger:
    return SlackMessenger(WebClient("xoxb-test", base_url=f"{slack.url}/api/", timeout=1, retry_handlers=[]))


def quiet(sent: dict[str, Any]) -> bool:
    """Slack crawls no link in it and makes no mention of any word."""
    return {key: sent.get(key) for key in QUIETLY} == QUIETLY


def test_a_post_is_marked_and_unfurls_nothing(slack: Slack, messenger: SlackMessenger) -> None:
    slack.says("chat.postMessage", {"ok": True, "ts": "5.5", "channel": "C1"})
    assert messenger.post(Place("C1", "1.1"), "hello", TEXT, Mark("job1", 2)) == "5.5"
    [(_, sent)] = slack.calls
    assert sent["channel"] == "C1"
    assert sent["thread_ts"] == "1.1"
    assert sent["blocks"] == TEXT
    assert sent["metadata"] == {"event_type": "aigc_job", "event_payload": {"job": "job1", "part": 2}}
    assert quiet(sent)


def test_an_update_replaces_text_and_blocks(slack: Slack, messenger: SlackMessenger) -> None:
    messenger.update("C1", "5.5", "bye", TEXT)
    [(method, sent)] = slack.calls
    assert (method, sent["ts"], sent["text"], sent["blocks"]) == ("chat.update", "5.5", "bye", TEXT)
    assert quiet(sent)


def test_files_hang_from_a_message_that_is_there(slack: Slack, messenger: SlackMessenger) -> None:
    messenger.update("C1", "5.5", "bye", TEXT, ["F1", "F2"])
    [(_, sent)] = slack.calls
    assert sent["file_ids"] == "F1,F2"


def test_a_lost_message_is_found_by_its_mark_on_the_second_page(slack: Slack, messenger: SlackMessenger) -> None:
    mark = {"event_type": "aigc_job", "event_payload": {"job": "job1", "part": 0}}
    slack.says(
        "conversations.history",
        {"ok": True, "messages": [{"ts": "9.9"}], "response_metadata": {"next_cursor": "more"}},
        {"ok": True, "messages": [{"ts": "8.8", "metadata": mark}], "response_metadata": {"next_cursor": ""}},
    )
    assert messenger.find(Place("C1"), Mark("job1"), between=(940.0, 1120.0)) == "8.8"
    assert (slack.calls[0][1]["oldest"], slack.calls[0][1]["latest"]) == ("940.000000", "1120.000000")
    assert slack.calls[1][1]["cursor"] == "more"


def test_in_a_thread_the_thread_is_searched(slack: Slack, messenger: SlackMessenger) -> None:
    slack.says("conversations.replies", {"ok": True, "messages": []})
    assert messenger.find(Place("C1", "1.1"), Mark("job1"), between=(940.0, 1120.0)) is None
    assert slack.calls[0][0] == "conversations.replies"


def test_a_file_goes_up_without_a_channel(slack: Slack, messenger: SlackMessenger) -> None:
    slack.says("files.getUploadURLExternal", {"ok": True, "upload_url": f"{slack.url}/upload", "file_id": "F7"})
    assert messenger.upload(b"png", "bike.png", "a red bicycle") == "F7"
    (_, ticket), (method, complete) = slack.calls
    assert (ticket["filename"], ticket["length"], ticket["alt_txt"]) == ("bike.png", "3", "a red bicycle")
    assert slack.uploads == [b"png"]
    assert method == "files.completeUploadExternal"
    assert json.loads(complete["files"]) == [{"id": "F7", "title": "bike.png"}]
    assert "channel_id" not in complete


def test_a_person_is_written_to_directly(slack: Slack, messenger: SlackMessenger) -> None:
    slack.says("conversations.open", {"ok": True, "channel": {"id": "D1"}})
    assert messenger.direct("U1") == "D1"
    assert slack.calls[0][1]["users"] == "U1"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("not_in_channel", ChannelUnreachable),
        ("channel_not_found", ChannelUnreachable),
        ("is_archived", ChannelUnreachable),
        ("restricted_action_read_only_channel", ChannelUnreachable),
        ("message_not_found", MessageGone),
        ("msg_too_long", MessageTooLong),
        ("invalid_auth", SlackMisconfigured),
        ("missing_scope", SlackMisconfigured),
        ("internal_error", SlackUnavailable),
        ("ratelimited", RateLimited),
        ("invalid_blocks", SlackRejected),
        ("something_new", SlackRejected),
    ],
)
def test_each_of_slacks_errors_says_what_to_do_next(
    slack: Slack, messenger: SlackMessenger, code: str, expected: type[DeliveryError]
) -> None:
    slack.says("chat.update", {"ok": False, "error": code})
    with pytest.raises(DeliveryError, match=code) as raised:
        messenger.update("C1", "5.5", "hello", TEXT)
    assert type(raised.value) is expected


def test_a_picture_that_slack_does_not_know_yet_is_worth_another_try(slack: Slack, messenger: SlackMessenger) -> None:
    slack.says("chat.update", {"ok": False, "error": "invalid_blocks"})
    with pytest.raises(FileNotReady) as raised:
        messenger.update("C1", "5.5", "hello", IMAGE)
    assert raised.value.retry_after_s == 1.0


def test_a_rate_limit_is_not_waited_for_here(slack: Slack, messenger: SlackMessenger) -> None:
    slack.answers["chat.postMessage"] = [
        JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers={"Retry-After": "30"})
    ]
    with pytest.raises(RateLimited) as raised:
        messenger.post(Place("C1"), "hello", TEXT, Mark("job1"))
    assert raised.value.retry_after_s == 30.0
    assert len(slack.calls) == 1


@pytest.mark.parametrize("answer", [PlainTextResponse("oops", 503), PlainTextResponse("<html>", 200)])
def test_an_answer_that_is_none_is_an_outage(slack: Slack, messenger: SlackMessenger, answer: Response) -> None:
    slack.answers["chat.postMessage"] = [answer]
    with pytest.raises(SlackUnavailable):
        messenger.post(Place("C1"), "hello", TEXT, Mark("job1"))
    assert len(slack.calls) == 1


def test_nobody_there_is_an_outage() -> None:
    messenger = SlackMessenger(WebClient("x", base_url="http://127.0.0.1:9/", timeout=1, retry_handlers=[]))
    with pytest.raises(SlackUnavailable):
        messenger.update("C1", "5.5", "hello", TEXT)


@pytest.mark.parametrize("code", ["token_revoked", "missing_scope"])
def test_a_token_that_was_refused_is_not_well_until_nothing_is_refused_any_more(slack: Slack, code: str) -> None:
    clock = Clock()
    client = WebClient("xoxb-test", base_url=f"{slack.url}/api/", timeout=1, retry_handlers=[])
    messenger = SlackMessenger(client, clock)
    messenger.check_token()
    messenger.check_token()
    assert len(slack.calls) == 1, "Slack is asked once"
    slack.says("chat.update", {"ok": False, "error": code})
    with pytest.raises(SlackMisconfigured, match=code):
        messenger.update("C1", "5.5", "hello", TEXT)
    with pytest.raises(SlackMisconfigured, match=code):
        messenger.check_token()
    clock.now += 121
    messenger.check_token()
    assert [method for method, _ in slack.calls] == ["auth.test", "chat.update", "auth.test"]
