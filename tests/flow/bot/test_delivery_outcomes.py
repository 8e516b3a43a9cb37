"""Each row of the table in bot.slack.refusals, at the wire: what Slack says, and what people see in the end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import formatdate
from typing import Any

import pytest

from bot.errors import RateLimited, SlackMisconfigured
from bot.slack.messenger import SlackMessenger
from bot.slack.refusals import MISCONFIGURED
from engine.adapters.job_store import SqlJobStore
from engine.domain.job import State
from engine.domain.result import Failure, Result
from tests.fake_messenger import FakeSlots
from tests.support.clock import Clock
from tests.support.delivering import DONE, Counter, database, written
from tests.support.slack import ADA, ADA_DM, RunningPlayground, playground_config, running_playground

POST, UPDATE = "chat.postMessage", "chat.update"


@pytest.fixture(scope="module")
def slack() -> Iterator[RunningPlayground]:
    with running_playground(playground_config(max_file_bytes=3_000, quiet_only=True)) as running:
        yield running


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SqlJobStore, Clock]]:
    with database(tmp_path_factory.mktemp("jobs")) as stored:
        yield stored


@pytest.fixture
def desk(slack: RunningPlayground, stored: tuple[SqlJobStore, Clock]) -> Counter:
    slack.knobs(fail_next=[])
    return Counter(slack, *stored)


@pytest.fixture
def channel(slack: RunningPlayground) -> str:
    """One of its own, with the app in it."""
    name = f"c{time.monotonic_ns()}"
    made = slack.act(user=ADA, do="create_channel", name=name)["channel"]
    slack.act(user=ADA, do="invite_app", channel=made)
    return str(made)


def fail(slack: RunningPlayground, method: str, status: Any, **more: Any) -> None:
    slack.knobs(fail_next=[{"method": method, "status": status, **more}])


def met(slack: RunningPlayground) -> bool:
    """Whether all the trouble was run into."""
    return not slack.knobs()["fail_next"]


def texts(messages: list[dict[str, Any]]) -> list[str]:
    return [message["text"] for message in messages]


IN_AN_HOUR = "in an hour, as a date"
ADVICE = [
    (7, 7.0),
    ("0", 0.0),
    (86_400, 86_400.0),
    (IN_AN_HOUR, 3_600.0),
    (formatdate(0, usegmt=True), 0.0),
    (None, None),
    ("soon", None),
]


@pytest.mark.parametrize(("retry_after", "wait_s"), ADVICE, ids=str)
@pytest.mark.parametrize("method", [POST, UPDATE])
def test_a_rate_limit_is_waited_out_by_all_and_nothing_needs_to_be_looked_for(
    desk: Counter, channel: str, method: str, retry_after: Any, wait_s: float | None
) -> None:
    job = desk.ask(channel)
    if method == UPDATE:
        desk.deliver(job)
    desk.finish(job, written("Buy"))
    advice = formatdate(time.time() + 3_600, usegmt=True) if retry_after == IN_AN_HOUR else retry_after
    fail(desk.slack, method, 429, retry_after=advice)
    with pytest.raises(RateLimited) as raised:
        desk.deliver_once(job)
    advised = raised.value.retry_after_s
    assert advised is None if wait_s is None else advised == pytest.approx(wait_s, abs=60)
    assert isinstance(desk.slots, FakeSlots)
    [(call, where, for_s)] = desk.slots.closed
    assert (call, where) == ("post" if method == POST else "update", channel)
    assert for_s == pytest.approx(wait_s or 1.0, abs=60)
    assert desk.deliver(job) == 0
    [message] = desk.said(channel)
    assert DONE in message["text"]
    assert not [call for call in desk.slack.calls("conversations.history") if call["args"]["channel"] == channel]


BROKEN: list[Any] = [500, 502, 503, "reset", {"error": "internal_error"}, {"error": "fatal_error"}]


@pytest.mark.parametrize("after_effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("method", [POST, UPDATE])
@pytest.mark.parametrize("status", [*BROKEN, "timeout"], ids=str)
def test_an_outage_delays_one_message_whether_or_not_the_call_took_effect(
    desk: Counter, channel: str, status: Any, method: str, after_effect: bool
) -> None:
    job = desk.ask(channel)
    if method == UPDATE:
        desk.deliver(job)
    desk.finish(job, written("Buy"))
    fail(desk.slack, method, status, after_effect=after_effect)
    assert desk.deliver(job) == 1
    assert met(desk.slack)
    [message] = desk.said(channel)
    assert DONE in message["text"]
    assert desk.done(job)


UPLOADING = ["files.getUploadURLExternal", "files.upload", "files.completeUploadExternal"]


@pytest.mark.parametrize("method", UPLOADING)
@pytest.mark.parametrize("status", [429, 500, "reset"], ids=str)
def test_an_outage_while_an_image_is_uploaded_delays_it(desk: Counter, channel: str, method: str, status: Any) -> None:
    job = desk.ask(channel, draw=True)
    desk.finish(job, desk.picture())
    fail(desk.slack, method, status)
    assert desk.deliver(job) == 1
    [message] = desk.said(channel)
    assert [block["type"] for block in message["blocks"]] == ["context", "image", "context", "actions"]


def test_an_image_that_slack_does_not_know_yet_is_shown_once_it_does(desk: Counter, channel: str) -> None:
    job = desk.ask(channel, draw=True)
    desk.finish(job, desk.picture())
    fail(desk.slack, POST, {"error": "invalid_blocks"}, times=5)
    assert desk.deliver(job) == 5
    [message] = desk.said(channel)
    assert "image" in [block["type"] for block in message["blocks"]]
    uploads = [call for call in desk.slack.calls(UPLOADING[0]) if job in call["args"]["filename"]]
    assert len(uploads) == 2, "after some tries it is uploaded again"


def test_an_image_that_slack_never_shows_is_left_out_and_the_message_says_so(desk: Counter, channel: str) -> None:
    job = desk.ask(channel, draw=True)
    desk.finish(job, desk.picture())
    fail(desk.slack, POST, {"error": "invalid_blocks"}, times=12)
    assert desk.deliver(job) == 12
    [message] = desk.said(channel)
    assert "Slack took this image but does not show it" in str(message["blocks"])
    assert desk.done(job)


TOO_MUCH: list[tuple[str, Any, str]] = [
    ("files.completeUploadExternal", {"error": "storage_limit_reached"}, "no room left"),
    ("files.getUploadURLExternal", {"error": "file_uploads_disabled"}, "allows no files"),
    ("files.getUploadURLExternal", {"error": "restricted_action"}, "restricted_action"),
    ("files.upload", 413, "larger than your workspace allows"),
    ("files.upload", 403, "upload_http_403"),
]


@pytest.mark.parametrize(("method", "status", "said"), TOO_MUCH, ids=str)
def test_an_image_that_slack_does_not_take_is_left_out_and_the_message_says_why(
    desk: Counter, channel: str, method: str, status: Any, said: str
) -> None:
    job = desk.ask(channel, draw=True)
    desk.finish(job, desk.picture(2))
    fail(desk.slack, method, status)
    assert desk.deliver(job) == 0
    [message] = desk.said(channel)
    assert said in str(message["blocks"])
    assert [block["type"] for block in message["blocks"]].count("image") == 1
    assert desk.done(job)


def test_an_image_larger_than_the_workspace_allows_is_said_to_be(desk: Counter, channel: str) -> None:
    job = desk.ask(channel, draw=True)
    result = desk.picture()
    blob = result.artifacts[0].blob
    desk.artifacts.kept[blob] += bytes(5_000)
    desk.finish(job, result)
    assert desk.deliver(job) == 0
    [message] = desk.said(channel)
    assert "larger than your workspace allows" in str(message["blocks"])


@pytest.mark.parametrize("code", MISCONFIGURED)
def test_with_a_token_that_is_dead_nothing_is_lost_and_nobody_is_told_off(
    desk: Counter, channel: str, code: str
) -> None:
    job = desk.ask(channel)
    desk.deliver(job)
    desk.finish(job, written("Buy"))
    before = len(desk.said(ADA_DM))
    fail(desk.slack, UPDATE, {"error": code}, times=3)
    for _ in range(3):
        with pytest.raises(SlackMisconfigured, match=code) as raised:
            desk.deliver_once(job)
        assert raised.value.retry_after_s == 60.0
    assert desk.job(job).state is State.SUCCEEDED
    assert desk.deliver(job) == 0
    [message] = desk.said(channel)
    assert DONE in message["text"]
    assert len(desk.said(ADA_DM)) == before


def test_a_process_with_a_valid_token_delivers_what_one_with_a_revoked_token_could_not(
    desk: Counter, channel: str
) -> None:
    job = desk.ask(channel)
    desk.finish(job, written("Buy"))
    with pytest.raises(SlackMisconfigured, match="invalid_auth"):
        desk.deliver_once(job, desk.audiences(SlackMessenger(desk.client("xoxb-revoked"))))
    desk.clock.now += 700
    assert job in desk.store.undelivered(desk.clock.now - 30), "the sweeper still knows of it"
    assert desk.deliver(job) == 0
    assert DONE in desk.said(channel)[0]["text"]


def archive(desk: Counter, channel: str) -> None:
    desk.slack.act(user=ADA, do="archive", channel=channel)


def remove(desk: Counter, channel: str) -> None:
    desk.slack.act(user=ADA, do="remove_app", channel=channel)


@pytest.mark.parametrize(("close", "said"), [(archive, "The channel is archived"), (remove, "/invite")])
@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost"])
def test_where_the_app_may_not_post_its_requester_is_told_in_a_direct_message_once(
    desk: Counter, channel: str, close: Any, said: str, lost: bool
) -> None:
    before = len(desk.said(ADA_DM))
    close(desk, channel)
    job = desk.ask(channel)
    # The first post is the one that the channel refuses, and takes no effect; the second is the direct message.
    if lost:
        fail(desk.slack, "conversations.open", 503)
    desk.deliver(job)
    [told] = desk.said(ADA_DM)[before:]
    assert said in told["text"]
    assert desk.job(job).state is State.CANCELED
    assert desk.done(job)
    desk.deliver(job)
    assert len(desk.said(ADA_DM)) == before + 1


def test_whoever_was_told_that_there_is_no_answer_gets_none(desk: Counter, channel: str) -> None:
    """A worker may be done before it hears that nobody waits for it."""
    job = desk.ask(channel)
    desk.begin(job)
    fail(desk.slack, POST, {"error": "not_in_channel"})
    desk.deliver(job)
    assert desk.job(job).cancel_requested
    desk.finish(job, written("Buy"))
    desk.deliver(job)
    assert desk.said(channel) == []
    assert desk.done(job)


def test_an_answer_that_an_operator_has_made_once_more_is_shown_after_all(desk: Counter, channel: str) -> None:
    before = len(desk.said(ADA_DM))
    job = desk.ask(channel)
    desk.finish(job, Result(failure=Failure("timed_out")), State.FAILED)
    fail(desk.slack, POST, {"error": "not_in_channel"})
    desk.deliver(job)
    assert len(desk.said(ADA_DM)) == before + 1
    desk.store.retry(job, "operator:ada")
    desk.finish(job, written("Buy"))
    desk.deliver(job)
    [message] = desk.said(channel)
    assert DONE in message["text"]
    assert desk.done(job)


def test_whoever_cannot_be_shown_an_answer_made_once_more_either_is_told_again(desk: Counter, channel: str) -> None:
    before = len(desk.said(ADA_DM))
    job = desk.ask(channel)
    for again in range(2):
        desk.finish(job, Result(failure=Failure("timed_out")), State.FAILED)
        fail(desk.slack, POST, {"error": "not_in_channel"})
        desk.deliver(job)
        assert len(desk.said(ADA_DM)) == before + 1 + again
        desk.store.retry(job, "operator:ada")


@pytest.mark.parametrize("status", [500, "reset"], ids=str)
def test_a_direct_message_whose_answer_is_lost_is_not_sent_again(desk: Counter, channel: str, status: Any) -> None:
    before = len(desk.said(ADA_DM))
    remove(desk, channel)
    job = desk.ask(channel)
    refused = {"method": POST, "status": {"error": "not_in_channel"}}
    desk.slack.knobs(fail_next=[refused, {"method": POST, "status": status, "after_effect": True}])
    assert desk.deliver(job) == 1
    [told] = desk.said(ADA_DM)[before:]
    assert "/invite" in told["text"]


UNREACHABLE = [
    ("channel_not_found", "/invite"),
    ("channel_archived", "archived"),
    ("is_inactive", "archived"),
    ("restricted_action_read_only_channel", "does not let me write there"),
    ("messages_tab_disabled", "messages_tab_disabled"),
]


@pytest.mark.parametrize(("code", "said"), UNREACHABLE)
def test_a_result_that_cannot_be_shown_any_more_is_told_of_directly(
    desk: Counter, channel: str, code: str, said: str
) -> None:
    before = len(desk.said(ADA_DM))
    job = desk.ask(channel)
    desk.deliver(job)
    desk.finish(job, written("Buy"))
    fail(desk.slack, UPDATE, {"error": code})
    desk.deliver(job)
    [told] = desk.said(ADA_DM)[before:]
    assert told["text"].startswith(f"I cannot post to <#{channel}> any more")
    assert said in told["text"]


def test_a_person_who_cannot_be_told_either_is_for_the_operator_to_know(
    desk: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    job = desk.ask(ADA_DM)
    fail(desk.slack, POST, {"error": "messages_tab_disabled"}, times=2)
    desk.deliver(job)
    assert "could not be told either" in caplog.text
    assert desk.done(job)


def test_a_message_that_somebody_deleted_stays_deleted_and_the_work_ends(desk: Counter, channel: str) -> None:
    job = desk.ask(channel)
    desk.deliver(job)
    desk.client().chat_delete(channel=channel, ts=desk.store.delivery(job).message)
    desk.begin(job, "Bu")
    before = len(desk.said(ADA_DM))
    desk.deliver(job)
    assert desk.said(channel) == []
    assert desk.job(job).cancel_requested
    assert desk.done(job)
    assert len(desk.said(ADA_DM)) == before


def test_below_a_message_that_is_gone_nothing_is_answered(desk: Counter, channel: str) -> None:
    asked = desk.slack.act(user=ADA, do="message", channel=channel, text="write something")
    desk.slack.act(user=ADA, do="delete", channel=channel, ts=asked["ts"])
    before = len(desk.said(ADA_DM))
    job = desk.ask(channel, asked["ts"])
    desk.deliver(job)
    assert desk.said(channel) == []
    assert desk.job(job).state is State.CANCELED
    assert len(desk.said(ADA_DM)) == before


@pytest.mark.parametrize("code", ["cant_update_message", "edit_window_closed"])
@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost"])
def test_a_message_that_can_be_changed_no_more_gets_a_successor_with_the_outcome(
    desk: Counter, channel: str, code: str, lost: bool
) -> None:
    job = desk.ask(channel)
    desk.deliver(job)
    fixed = {"method": UPDATE, "status": {"error": code}, "times": 2}
    answer_lost = {"method": POST, "status": 500, "after_effect": True}
    desk.slack.knobs(fail_next=[fixed, *([answer_lost] if lost else [])])
    desk.begin(job, "Bu")
    assert desk.deliver(job) == 0
    assert len(desk.said(channel)) == 1, "progress needs no message of its own"
    desk.finish(job, written("Buy"))
    assert desk.deliver(job) == int(lost)
    waiting, outcome = desk.said(channel)
    assert "Waiting" in waiting["text"]
    assert DONE in outcome["text"]
    assert met(desk.slack)


@pytest.mark.parametrize("code", ["msg_too_long", "msg_blocks_too_long", "invalid_blocks", "something_new"])
@pytest.mark.parametrize("method", [POST, UPDATE])
def test_what_slack_will_not_show_is_shown_as_plain_text(desk: Counter, channel: str, code: str, method: str) -> None:
    job = desk.ask(channel)
    if method == UPDATE:
        desk.deliver(job)
    desk.finish(job, written("Buy a bottle"))
    fail(desk.slack, method, {"error": code})
    assert desk.deliver(job) == 0
    [message] = desk.said(channel)
    assert DONE in message["text"]
    assert "Buy a bottle" in message["text"]
    assert message["blocks"] == []


def test_what_slack_will_not_even_show_as_plain_text_is_told_of_directly(desk: Counter, channel: str) -> None:
    before = len(desk.said(ADA_DM))
    job = desk.ask(channel)
    fail(desk.slack, POST, {"error": "something_new"}, times=2)
    desk.deliver(job)
    [told] = desk.said(ADA_DM)[before:]
    assert "something_new" in told["text"]
    assert texts(desk.said(channel)) == []
    assert desk.done(job)
