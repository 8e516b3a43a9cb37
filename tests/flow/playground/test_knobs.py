"""Things go wrong on demand."""

from __future__ import annotations

import base64
import http.client
import threading

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.flow.playground.conftest import Start
from tests.support.slack import ADA, BOT_TOKEN, GENERAL, ActFailed, RunningPlayground
from tests.support.waiting import until


def test_the_next_calls_fail_as_asked(client: WebClient, playground: RunningPlayground) -> None:
    playground.knobs(
        fail_next=[
            {"method": "chat.postMessage", "status": 429, "retry_after": 7},
            {"method": "chat.postMessage", "status": 500},
            {"method": "*", "status": {"error": "channel_not_found"}},
        ]
    )
    found = []
    for _ in range(3):
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=GENERAL, text="x")
        response = caught.value.response
        found.append((response.status_code, response["error"], response.headers.get("Retry-After")))
    assert found == [(429, "ratelimited", "7"), (500, "internal_error", None), (200, "channel_not_found", None)]
    assert client.chat_postMessage(channel=GENERAL, text="x")["ok"]
    assert len(playground.messages(ADA, GENERAL)) == 1
    assert [call["status"] for call in playground.calls("chat.postMessage")] == [429, 500, 200, 200]


def test_a_failure_may_come_after_the_effect(client: WebClient, playground: RunningPlayground) -> None:
    playground.knobs(fail_next=[{"method": "chat.postMessage", "status": 500, "after_effect": True}])
    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel=GENERAL, text="x")
    assert [m["text"] for m in playground.messages(ADA, GENERAL)] == ["x"]


def test_an_answer_may_never_come(playground: RunningPlayground) -> None:
    playground.knobs(fail_next=[{"method": "auth.test", "status": "timeout"}])
    client = WebClient(BOT_TOKEN, base_url=playground.api_url, timeout=1, retry_handlers=[])
    with pytest.raises(TimeoutError):
        client.auth_test()
    assert client.auth_test()["ok"]


def test_an_answer_may_break_off(playground: RunningPlayground) -> None:
    playground.knobs(fail_next=[{"method": "auth.test", "status": "reset"}])
    client = WebClient(BOT_TOKEN, base_url=playground.api_url, timeout=5, retry_handlers=[])
    with pytest.raises((http.client.IncompleteRead, OSError)):
        client.auth_test()
    assert client.auth_test()["ok"]


@pytest.mark.parametrize(
    ("retry_after", "header"),
    [(5, "5"), (None, None), ("Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT")],
)
def test_advice_to_wait_is_given_in_any_form_or_not_at_all(
    client: WebClient, playground: RunningPlayground, retry_after: object, header: str | None
) -> None:
    playground.knobs(fail_next=[{"method": "auth.test", "status": 429, "retry_after": retry_after}])
    with pytest.raises(SlackApiError) as caught:
        client.auth_test()
    assert caught.value.response.headers.get("Retry-After") == header


def test_a_refusal_is_worded_as_slack_words_it(client: WebClient, playground: RunningPlayground) -> None:
    detail = {"error": "invalid_blocks", "errors": ["must be more than 0 characters [json-pointer:/blocks/0/text]"]}
    missing = {"method": "chat.postMessage", "status": {"error": "missing_scope"}}
    playground.knobs(fail_next=[missing, {"method": "chat.postMessage", "status": detail}])
    answers = []
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=GENERAL, text="x")
        answers.append(caught.value.response.data)
    assert answers[0]["needed"] == "chat:write"
    assert "files:write" in answers[0]["provided"]
    assert answers[1] == {"ok": False, **detail}


def test_sending_a_file_may_fail(client: WebClient, playground: RunningPlayground) -> None:
    ticket = client.files_getUploadURLExternal(filename="a.txt", length=1)
    playground.knobs(fail_next=[{"method": "files.upload", "status": 413}])
    assert playground.post(str(ticket["upload_url"]), b"x", "application/octet-stream")[0] == 413
    assert playground.post(str(ticket["upload_url"]), b"x", "application/octet-stream")[0] == 200


def test_events_may_come_late(start: Start) -> None:
    playground, app = start()
    playground.knobs(delay_events_s=1.0)
    first = threading.Thread(
        target=playground.act, kwargs={"user": ADA, "do": "message", "channel": GENERAL, "text": "first"}
    )
    first.start()
    until(lambda: playground.messages(ADA, GENERAL))
    playground.knobs(delay_events_s=0)
    playground.act(user=ADA, do="message", channel=GENERAL, text="second")
    first.join()
    assert [body["event"]["text"] for body in app.bodies("message")] == ["second", "first"]


def test_fetching_a_file_may_fail(start: Start) -> None:
    playground, app = start()
    file = {"name": "a.txt", "data_base64": base64.b64encode(b"bytes").decode()}
    playground.act(user=ADA, do="message", channel=GENERAL, text="x", files=[file])
    url = app.bodies("message")[0]["event"]["files"][0]["url_private_download"]
    playground.knobs(fail_next=[{"method": "files.download", "status": 429, "retry_after": 7}])
    token = {"Authorization": f"Bearer {BOT_TOKEN}"}
    status, headers, _ = playground.get(url, token)
    assert (status, headers["retry-after"]) == (429, "7")
    assert playground.get(url, token)[2] == b"bytes"


def test_events_may_say_nothing_of_a_file(start: Start) -> None:
    playground, app = start()
    playground.knobs(withhold_files=True)
    file = {"name": "secret.txt", "data_base64": base64.b64encode(b"bytes").decode()}
    playground.act(user=ADA, do="message", channel=GENERAL, text="@AIGC x", files=[file])
    for event in (app.bodies("message")[0]["event"], app.bodies("app_mention")[0]["event"]):
        [withheld] = event["files"]
        assert withheld["file_access"] == "check_file_info"
        assert "secret" not in str(withheld)


def test_the_tiers_of_methods_may_be_lifted(start: Start) -> None:
    playground, _ = start(calls_per_minute={"auth.test": 1})
    client = WebClient(BOT_TOKEN, base_url=playground.api_url, retry_handlers=[])
    assert client.auth_test()["ok"]
    with pytest.raises(SlackApiError, match="ratelimited"):
        client.auth_test()
    playground.knobs(without_rates=True)
    assert client.auth_test()["ok"]


@pytest.mark.parametrize(
    "knobs",
    [
        {"nonsense": 1},
        {"fail_next": [{"method": "x"}]},
        {"fail_next": [{"method": "x", "status": 200}]},
        {"fail_next": 3},
        {"fail_next": [{"method": "x", "status": 429, "retry_after": []}]},
        {"delay_events_s": "soon"},
    ],
)
def test_nonsense_is_refused(playground: RunningPlayground, knobs: dict[str, object]) -> None:
    with pytest.raises(ActFailed):
        playground.knobs(**knobs)
