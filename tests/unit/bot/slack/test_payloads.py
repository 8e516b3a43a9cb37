"""What is read from Slack's payloads."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.slack import payloads

APP = "U0APP"


def event(**fields: Any) -> dict[str, Any]:
    return {
        "type": "event_callback",
        "team_id": "T1",
        "authorizations": [{"team_id": "T1", "user_id": APP, "is_bot": True}],
        "event": {"type": "message", "channel": "C1", "user": "U1", "text": "hi", "ts": "1.1", **fields},
    }


def test_a_mention_is_cut_out_of_the_text() -> None:
    message = payloads.message(event(type="app_mention", text=f"<@{APP}> draw <@U2> a bike"))
    assert message is not None
    assert message.text == "draw <@U2> a bike"
    assert message.mentions_app
    assert message.key == "msg:C1:1.1"


def test_a_mention_and_its_twin_have_one_key() -> None:
    text = f"hey <@{APP}|aigc> draw a bike"
    twins = [payloads.message(event(type=kind, text=text)) for kind in ("app_mention", "message")]
    assert twins[0] == twins[1]


@pytest.mark.parametrize(
    ("fields", "outer", "guest"),
    [
        ({}, {}, False),
        ({"team": "T1"}, {}, False),
        ({"user_team": "T9", "team": "T1"}, {"is_ext_shared_channel": True}, True),
        ({"team": "T9"}, {}, True),
        ({"user_team": "E1"}, {"authorizations": [{"team_id": "T1", "enterprise_id": "E1", "user_id": APP}]}, False),
        ({"user_team": "E2"}, {"authorizations": [{"team_id": "T1", "enterprise_id": "E1", "user_id": APP}]}, True),
        ({"user_team": "T2"}, {"is_ext_shared_channel": False}, False),
        ({"user_team": "T9"}, {"team_id": "T9"}, True),
    ],
)
def test_people_of_another_company_are_guests(fields: dict[str, Any], outer: dict[str, Any], guest: bool) -> None:
    """In an event the app's own workspace stands in its authorization: the outer team may be whose channel it is."""
    message = payloads.message({**event(**fields), **outer})
    assert message is not None
    assert message.by_guest is guest


@pytest.mark.parametrize(
    ("body", "guest"),
    [
        ({"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T1"}}, False),
        ({"team": {"id": "T1"}, "user": {"id": "U1"}}, False),
        ({"user": {"id": "U1", "team_id": "T1"}}, False),
        ({"team": {"id": "T1"}, "user": {"id": "U9", "team_id": "T9"}}, True),
        ({"team": {"id": "T9"}, "user": {"team_id": "T9"}, "view": {"app_installed_team_id": "T1"}}, True),
        ({"team_id": "T1", "user_id": "U1"}, False),
    ],
)
def test_whoever_presses_a_button_from_another_company_is_a_guest(body: dict[str, Any], guest: bool) -> None:
    assert payloads.by_guest(body) is guest


@pytest.mark.parametrize(
    "fields",
    [
        {"bot_id": "B1"},
        {"user": APP},
        {"user": None},
        {"subtype": "message_changed"},
        {"subtype": "channel_join"},
    ],
)
def test_what_no_person_wrote_just_now_is_nothing(fields: dict[str, Any]) -> None:
    assert payloads.message(event(**fields)) is None


@pytest.mark.parametrize("kind", ["app_mention", "message"])
def test_files_come_with_their_message(kind: str) -> None:
    files = [{"id": "F1", "mimetype": "image/png"}, {"id": "F2", "mimetype": "text/csv"}]
    message = payloads.message(event(type=kind, text=f"<@{APP}> draw", subtype="file_share", files=files))
    assert message is not None
    assert [file.id for file in message.files] == ["F1", "F2"]


def test_a_direct_message_needs_no_mention() -> None:
    message = payloads.message(event(channel="D1", channel_type="im"))
    assert message is not None
    assert message.direct
    assert not message.mentions_app


def test_a_deletion_names_the_message_and_its_author() -> None:
    body = event(subtype="message_deleted", deleted_ts="1.1", previous_message={"user": "U1", "ts": "1.1"})
    assert payloads.deleted(body) == payloads.Deleted("T1", "C1", "1.1", "U1")


def test_a_root_that_became_a_tombstone_is_deleted_and_one_that_was_edited_is_not() -> None:
    before = {"user": "U1", "ts": "1.1"}
    tombstone = {"subtype": "tombstone", "user": "USLACKBOT", "ts": "1.1"}
    body = event(subtype="message_changed", message=tombstone, previous_message=before)
    assert payloads.deleted(body) == payloads.Deleted("T1", "C1", "1.1", "U1")
    assert payloads.deleted(event(subtype="message_changed", message=before, previous_message=before)) is None
    assert payloads.deleted(event()) is None


def test_a_click_in_a_thread_knows_its_thread_and_one_at_the_top_its_message() -> None:
    body = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "trigger_id": "t.1",
        "channel": {"id": "C1"},
        "container": {"type": "message", "message_ts": "2.2", "channel_id": "C1"},
        "message": {"ts": "2.2"},
        "actions": [{"action_id": "job_again", "value": "abc", "action_ts": "3.3"}],
    }
    top = payloads.click(body)
    assert (top.workspace, top.channel, top.user, top.value, top.thread, top.key) == (
        "T1", "C1", "U1", "abc", "2.2", "act:t.1",
    )  # fmt: skip
    inside = payloads.click({**body, "message": {"ts": "2.2", "thread_ts": "1.1"}, "trigger_id": ""})
    assert (inside.thread, inside.key) == ("1.1", "act:3.3")


def test_a_submission_is_known_by_its_view_and_hash() -> None:
    body = {
        "type": "view_submission",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "view": {"id": "V1", "hash": "h", "private_metadata": "{}", "state": {"values": {"b": {"a": {}}}}},
    }
    assert payloads.submission(body) == payloads.Submission("T1", "U1", "{}", {"b": {"a": {}}}, "view:V1:h")


SAMPLES = Path(os.environ.get("AIGC_SHARED", Path(__file__).parents[5] / "shared")) / "slack-samples"


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("app-backend/slash-commands/SlashCommandPayload.json", payloads.slash_command),
        ("app-backend/interactive-components/BlockActionPayload.json", payloads.click),
        ("app-backend/views/ViewSubmissionPayload.json", payloads.submission),
        ("events/MessagePayload.json", payloads.message),
        ("events/AppMentionPayload.json", payloads.message),
        ("events/MessageChangedPayload.json", payloads.deleted),
    ],
)
def test_slacks_own_recorded_shapes_are_read_without_an_error(
    path: str, read: Callable[[dict[str, Any]], object]
) -> None:
    if not SAMPLES.is_dir():
        pytest.skip("recorded shapes are not here")
    read(json.loads((SAMPLES / path).read_text()))
