"""Requests that Slack's own verifier believes."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import Clock, SignatureVerifier

from bot.playground.link.ack import Kind, Retry
from bot.playground.link.http import request

NOW = 1_700_000_000


class FixedClock(Clock):
    def now(self) -> float:
        return NOW + 10.0


@pytest.mark.parametrize("kind", ["events_api", "interactive", "slash_commands"])
def test_the_signature_holds(kind: Kind) -> None:
    body, headers = request(kind, {"text": "汉字 & more", "flag": False}, None, "secret", NOW)
    assert SignatureVerifier("secret", FixedClock()).is_valid_request(body, headers)
    assert not SignatureVerifier("other", FixedClock()).is_valid_request(body, headers)
    assert not SignatureVerifier("secret", FixedClock()).is_valid_request(body + b" ", headers)


def test_encodings() -> None:
    payload = {"text": "a&b", "is_enterprise_install": False}
    event, event_headers = request("events_api", payload, Retry(2, "http_timeout"), "s", NOW)
    assert json.loads(event) == payload
    assert event_headers["Content-Type"] == "application/json"
    assert (event_headers["X-Slack-Retry-Num"], event_headers["X-Slack-Retry-Reason"]) == ("2", "http_timeout")
    interaction, headers = request("interactive", payload, None, "s", NOW)
    assert json.loads(parse_qs(interaction.decode())["payload"][0]) == payload
    assert "X-Slack-Retry-Num" not in headers
    command, _ = request("slash_commands", payload, None, "s", NOW)
    assert parse_qs(command.decode()) == {"text": ["a&b"], "is_enterprise_install": ["false"]}
