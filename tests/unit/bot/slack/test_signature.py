"""What counts as signed by Slack."""

from __future__ import annotations

import hmac
import time
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from bot.slack.signature import Signature

SECRET, BODY = "8f742231b10e8888abcd99yyyzzz85a5", "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J"
NOW = 1_531_420_618.0


class At:
    """A clock that stands."""

    def now(self) -> float:
        return NOW


def headers(stamp: float = NOW, secret: str = SECRET, body: str = BODY) -> dict[str, str]:
    at = str(int(stamp))
    signature = SignatureVerifier(secret).generate_signature(timestamp=at, body=body) or ""
    return {"x-slack-request-timestamp": at, "x-slack-signature": signature}


def objection(given: dict[str, str], body: str = BODY, secret: str = SECRET) -> str:
    return Signature(secret, At()).objection(body, given)  # type: ignore[arg-type]


@pytest.mark.parametrize("age_s", [0, 299, -299])
def test_what_slack_signed_within_five_minutes_is_slacks(age_s: int) -> None:
    assert objection(headers(NOW - age_s)) == ""


@pytest.mark.parametrize(
    ("given", "body"),
    [
        (headers(NOW - 301), BODY),
        (headers(NOW + 301), BODY),
        (headers(secret="another app's"), BODY),
        (headers(), BODY + "&text=more"),
        (headers() | {"x-slack-request-timestamp": str(int(NOW) - 1)}, BODY),
    ],
    ids=["old", "from the future", "another app's", "changed", "with another time"],
)
def test_what_is_old_or_anothers_or_changed_is_not(given: dict[str, str], body: str) -> None:
    assert objection(given, body) == "it is signed with another secret, was changed, or is more than five minutes old"


@pytest.mark.parametrize("name", list(headers()))
def test_what_is_not_signed_is_not(name: str) -> None:
    assert objection({**headers(), name: ""}) == "it is not signed"
    assert objection({key: value for key, value in headers().items() if key != name}) == "it is not signed"


@given(name=st.sampled_from(list(headers())), value=st.text(min_size=1) | st.sampled_from(["9" * 5_000, "१२३", "v0=é"]))
def test_whatever_the_headers_hold_they_are_no_error(name: str, value: str) -> None:
    assert objection({**headers(), name: value}) != ""


@pytest.mark.parametrize("secret", ["", "  "])
def test_without_a_secret_nothing_is_slacks(secret: str) -> None:
    forged = hmac.new(secret.encode(), f"v0:{int(NOW)}:{BODY}".encode(), sha256).hexdigest()
    assert objection({**headers(), "x-slack-signature": f"v0={forged}"}, secret=secret) != ""


def test_the_clock_is_the_real_one_by_default() -> None:
    assert Signature(SECRET).objection(BODY, headers(time.time())) == ""
    assert Signature(SECRET).objection(BODY, headers()) != ""
