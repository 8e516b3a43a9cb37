"""Personal data and secrets by form and checksum; what only looks alike stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.domain.request import Kind
from engine.domain.safety import Action, Where
from engine.safety.checksums import luhn
from engine.safety.evidence import Evidence
from engine.safety.normalise import Views
from engine.safety.recognisers import RecogniserCheck, masked, open_key
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
        ("transfer from GB56HXDO88167774656119 to us", "transfer from [iban] to us"),
        ("手机：138.1234.5678 或 138–1234–5678", "手机：[phone] 或 [phone]"),
        ("0086 138 1234 5678", "[phone]"),
        ("座机 010-62345678，传真(0571)88123456", "座机 [phone]，传真[phone]"),
        ("Phone: 0490 75 40 81", "Phone: [phone]"),
        ("please call me at 467 3395 x", "please call me at [phone] x"),
        ("345-899-3560x4587", "[phone]"),
        ("ID 110105 19491231 002X", "ID [id number]"),
        ("身份证：110105491231002", "身份证：[id number]"),
        ("HKID A123456(3)", "HKID [id number]"),
        ("护照号E12345678", "护照号[passport]"),
        ("my passport no. is 450920522", "my passport no. is [passport]"),
        ("my driver's license number is 2270-66-1551", "my driver's license number is [driving licence]"),
        ("出生日期：1990年1月2日", "出生日期：[birth date]"),
        ("DOB: 02/01/1990", "DOB: [birth date]"),
        ("卡号 6222 0000 1111 2222 333", "卡号 [account]"),
        ("account number: 12345678", "account number: [account]"),
        ("车牌京A·12345", "车牌[plate]"),
        ("加微信：zhang_san88", "加微信：[chat id]"),
        ("微信号是zhangsan", "微信号是[chat id]"),
        ("QQ：281143742", "QQ：[chat id]"),
        ("client_ip = 41.173.96.26", "client_ip = [ip address]"),
        ("xoxe.xoxp-1-abcdefghij", "[token]"),
        ("xapp-1-A0123-456-abcdef", "[token]"),
        ("github_pat_" + "a1B2" * 9, "[token]"),
        ("glpat-" + "a1B2" * 5, "[token]"),
        ("AIza" + "a1B2c" * 7, "[token]"),
        ("npm_" + "a1B2" * 9, "[token]"),
        ("hf_" + "a1B2" * 9, "[token]"),
        ("sk_live_" + "a1B2" * 6, "[token]"),
        ("SG." + "a1B2" * 5 + "." + "c3D4" * 10, "[token]"),
        ("SK" + "0a1b" * 8, "[token]"),
        ("123456789:AA" + "a1B" * 11, "[token]"),
        ("postgres://app:hunter2@db.example.com/app", "postgres://app:[password]@db.example.com/app"),
        ("Authorization: Bearer a1B2c3D4e5F6g7H8i9", "Authorization: Bearer [token]"),
        ("https://api.example.com/x?sig=a1B2c3D4e5&b=1", "https://api.example.com/x?sig=[token]&b=1"),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AWS_SECRET_ACCESS_KEY=[password]"),
        ("密码：88888888", "密码：[password]"),
        ("your PIN: 4821", "your PIN: [password]"),
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
        "订单号：13812345678",
        "join our call on 2026-11-26 or on 12/11/2026",
        "call us on 12.11.2026 10:30",
        "messages to 10000000 people",
        "客服热线 400-820-8820，致电800-820-8820",
        "call 1-800-555-0199 or 888-555-0199",
        "MAX_TOKENS: 128k-context",
        "运单号13812345678已签收",
        "tracking number 4111 1111 1111 1111",
        "order #415-555-2671",
        "invoice no. 123-45-6789",
        "110105194912310021 is no ID",
        "990105194912310027",
        "统一社会信用代码 91350211M000100Y43",
        "第13章，共1381页，2026年11月26日",
        "2026-11-26 14:30",
        "￥12,999.00，满300减50",
        "version 10.0.19045.3693, build 22621",
        "192.168.0.1 is the router, 8.8.8.8 the resolver",
        "400 units at 12.50",
        "1Z999AA10123456784",
        "our passport holder 2026 collection",
        "WeChat: marketing for beginners",
        "微信营销：从入门到精通",
        "QQ音乐 2026 年度榜单",
        "call us 24/7, 365 days",
        "the password: required",
        "https://example.com:8080/a@b",
        "京A股 2024年",
    ],
)
def test_stays(text: str) -> None:
    assert make_filter(RecogniserCheck()).check_prompt(text, Where(Kind.COPY)).action is Action.ALLOW


SURROUNDINGS = st.text(
    st.sampled_from(" ,.!?()\"'\n\u200b\u3000，。：（我的电话是andtheyiswithto"), max_size=12
).filter(lambda text: not re.search(r"(?i)no|id|to|po|[a-z]\Z", text))
DIGITS = st.sampled_from("0123456789")


def number(length: int) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=length, max_size=length)


@st.composite
def identities(draw: st.DrawFn) -> str:
    born = draw(st.dates(date(1900, 1, 1), date(2026, 1, 1)))
    stem = draw(st.sampled_from(["110105", "440305", "510107", "650102"])) + f"{born:%Y%m%d}" + draw(number(3))
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(stem))
    return stem + "10X98765432"[total % 11]


@st.composite
def cards(draw: st.DrawFn) -> str:
    stem = draw(st.sampled_from(["4", "51", "6222", "34"]))
    stem += draw(number((15 if stem == "34" else 16) - 1 - len(stem)))
    check = next(digit for digit in "0123456789" if luhn(stem + digit))
    return stem + check


@st.composite
def ibans(draw: st.DrawFn) -> str:
    account = draw(number(18))
    check = 98 - int(account + "131400") % 97  # D = 13, E = 14
    return f"DE{check:02}{account}"


VALID = st.one_of(identities(), cards(), ibans(), number(8).map("138{}".format))


@settings(deadline=None)
@given(SURROUNDINGS, VALID, SURROUNDINGS)
def test_a_valid_number_is_found_in_whatever_stands_around_it(before: str, valid: str, after: str) -> None:
    assume(not re.match(r"[\w.()\u200b -]", after) or after.startswith(", "))
    assert valid in found(f"{before} {valid}{after}")


@settings(deadline=None)
@given(st.one_of(identities(), cards(), ibans()), st.integers(1, 9))
def test_with_another_check_digit_it_is_no_such_number(valid: str, more: int) -> None:
    last = "0123456789X"[("0123456789X".index(valid[-1]) + more) % 10]
    assume(last != valid[-1])
    kinds = {"id number", "iban"} if len(valid) > 16 else {"card"}
    assert not kinds & {each.detail for each in evidence_in(f"it is {valid[:-1]}{last} here")}


@settings(deadline=None)
@given(VALID, st.data())
def test_a_place_in_the_typed_text_is_found_through_full_width_and_invisible_characters(
    valid: str, data: st.DataObject
) -> None:
    wide = [chr(ord(char) + 0xFEE0) if data.draw(st.booleans()) else char for char in valid]
    typed = "".join(char + data.draw(st.sampled_from(["", "\u200b", "\u2060"])) for char in wide[:-1]) + wide[-1]
    assert typed in found(f"前 {typed}，后")


def found(text: str) -> list[str]:
    """What of the text as it was typed is a hit."""
    return [text[each.span.start : each.span.end] for each in evidence_in(text) if each.span]


def evidence_in(text: str) -> Sequence[Evidence]:
    return RecogniserCheck().judge(Views(text), Kind.COPY)


@pytest.mark.parametrize(
    ("text", "is_open"), [(PEM[:40], True), (PEM[:-1], True), (PEM + "\n", False), ("-----", False)]
)
def test_an_open_key_is_seen(text: str, is_open: bool) -> None:
    assert open_key(text) is is_open


def test_a_masked_text_keeps_all_but_the_data() -> None:
    text = "Invite ann.lee@example.com,\n手机 13812345678, key AKIAIOSFODNN7EXAMPLE, to tea"
    assert masked(text) == "Invite [email],\n手机 [phone], key [token], to tea"
    assert masked("A post for our green tea") == "A post for our green tea"
