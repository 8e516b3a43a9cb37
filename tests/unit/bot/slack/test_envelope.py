"""Which bodies have the shape that Slack gives them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bot.errors import PayloadError
from bot.slack.envelope import check
from tests.support.payloads import GONE, examples, spoilt

KNOWN = examples("0" * 16)
SAMPLES = Path(os.environ.get("AIGC_SHARED", Path(__file__).parents[5] / "shared")) / "slack-samples"


@pytest.mark.parametrize("name", KNOWN)
def test_what_slack_sends_is_right(name: str) -> None:
    check(KNOWN[name])


def test_what_another_company_or_an_org_sends_is_right_too() -> None:
    check(spoilt(KNOWN["shortcut"], ("team",), None))  # an installation for a whole organisation
    check(spoilt(KNOWN["mention"], ("authorizations",), []))
    check(spoilt(KNOWN["mention"], ("event", "user"), GONE))  # written by an integration


@pytest.mark.parametrize(
    "body",
    [
        {"type": "event_callback", "team_id": "T1", "event": {"type": "channel_rename", "channel": {"id": "C1"}}},
        {"type": "event_callback", "team_id": "T1", "event": {"type": "user_change", "user": {"id": "U1"}}},
        {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1},
        {"type": "interactive_message", "callback_id": "x"},
        {},
    ],
)
def test_what_the_app_does_not_ask_for_is_none_of_its_business(body: dict[str, Any]) -> None:
    check(body)


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("command", ("trigger_id",), ""),  # all commands would be one
        ("command", ("channel_id",), GONE),
        ("command", ("user_id",), "x" * 65),  # the database has no room
        ("command", ("team_id",), "T\x00"),  # PostgreSQL has no such text
        ("mention", ("event", "ts"), "1.1 or 1=1"),
        ("mention", ("event", "channel"), "\ud800"),
        ("home", ("event", "user"), GONE),
        ("job_again", ("actions",), []),
        ("job_again", ("user", "id"), "<!channel>"),
        ("request", ("view",), GONE),
        ("request", ("view", "state", "values", "tone"), []),
        ("request for a channel", ("view", "state", "values", "channel", "a", "selected_conversation"), "C 1"),
    ],
)
def test_ids_that_are_none_and_parts_that_are_missing_are_wrong(name: str, path: Any, value: Any) -> None:
    with pytest.raises(PayloadError):
        check(spoilt(KNOWN[name], path, value))


def test_somebody_of_no_workspace_is_nobody() -> None:
    with pytest.raises(PayloadError):
        check(spoilt(spoilt(KNOWN["job_again"], ("team",), None), ("user", "team_id"), GONE))


def filled(shape: Any, key: str = "") -> Any:
    """A recorded shape with something in its empty strings: Slack's recordings hold no values."""
    if isinstance(shape, dict):
        return {inner: filled(value, inner) for inner, value in shape.items()}
    if isinstance(shape, list):
        return [filled(value, key) for value in shape]
    return "1.1" if shape == "" and key != "type" else shape


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("app-backend/slash-commands/SlashCommandPayload.json", None),
        ("app-backend/interactive-components/BlockActionPayload.json", "block_actions"),
        ("app-backend/interactive-components/MessageShortcutPayload.json", "message_action"),
        ("app-backend/views/ViewSubmissionPayload.json", "view_submission"),
        ("app-backend/views/ViewClosedPayload.json", "view_closed"),
        *((f"events/{name}Payload.json", "event_callback") for name in (
            "AppHomeOpened", "AppMention", "AppUninstalled", "MemberJoinedChannel", "MessageChanged",
            "MessageFileShare", "Message", "TokensRevoked",
        )),
    ],
)  # fmt: skip
def test_slacks_own_recorded_shapes_are_right(path: str, kind: str | None) -> None:
    if not SAMPLES.is_dir():
        pytest.skip("recorded shapes are not here")
    body = filled(json.loads((SAMPLES / path).read_text()))
    check({**body, "type": kind} if kind else body)
