"""Personal data and secrets by form and checksum; what only looks alike stays."""

from __future__ import annotations

import pytest

from engine.domain.request import Kind
from engine.domain.safety import Action, Where
from engine.safety.recognisers import RecogniserCheck, open_key
from tests.unit.engine.safety.conftest import make_filter

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIB. Og\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail ann.lee+x@mail.example.com.", "mail [email]."),
        ("写信给wang@example.cn吧", "写信给[email]吧"),
        ("card 4111 1111 1111 1111!", "card [card]!"),
        ("card 4111-1111-1111-1111", "card [card]"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [iban]"),
        ("电话13812345678，谢谢", "电话[phone]，谢谢"),
        ("电话１３８１２３４５６７８", "电话[phone]"),
        ("tel 138\u200b1234\u200b5678", "tel [phone]"),
        ("+86 138 1234 5678", "[phone]"),
        ("call +49 30 1234567 now", "call [phone] now"),
        ("(415) 555-2671 or 415-555-2671", "[phone] or [phone]"),
        ("身份证11010519491231002X", "身份证[id number]"),
        ("ssn 460-89-9847", "ssn [ssn]"),
        ("xoxb-1234567890-abcdefghij", "[token]"),
        ("key AKIAIOSFODNN7EXAMPLE.", "key [token]."),
        ("ghp_" + "a1B2" * 9, "[token]"),
        ("sk-proj-abc123def456ghi789", "[api key]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-def", "[jwt]"),
        ("password: hunter22", "password: [password]"),
        ("密码是abc12345，别外传", "密码是[password]，别外传"),
        (f"key:\n{PEM}\nend", "key:\n[private key]\nend"),
        ("https://hooks.slack.com/services/T0/B0/xyz", "https://[webhook]"),
    ],
)
def test_is_redacted(text: str, shown: str) -> None:
    verdict = make_filter(RecogniserCheck()).check_prompt(text, Where(Kind.COPY))
    assert verdict.action is Action.REDACT
    assert verdict.text == shown


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "GB82 WEST 1234 5698 7654 33",
        "110105194912310021",
        "order 20251124-000123",
        "from 2024-11-24 to 2025-11-24",
        "1,299.00 USD, 12.11.2025, 10:30",
        "ISBN 978-3-16-148410-0",
        "password: choose a strong one",
        "reset your password quickly",
        "the sk-learn-like interface of everything",
        "version 1.2.3.4567",
        "the model X1-2000-3000-4000",
        "@example on all channels",
        "13812345678901234",
    ],
)
def test_stays(text: str) -> None:
    assert make_filter(RecogniserCheck()).check_prompt(text, Where(Kind.COPY)).action is Action.ALLOW


@pytest.mark.parametrize(
    ("text", "is_open"), [(PEM[:40], True), (PEM[:-1], True), (PEM + "\n", False), ("-----", False)]
)
def test_an_open_key_is_seen(text: str, is_open: bool) -> None:
    assert open_key(text) is is_open
