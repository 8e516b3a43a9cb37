"""Links come out only where they were asked for, and nothing rides on them."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.domain.request import Kind
from engine.domain.safety import Action, Category, Told, Where
from engine.safety.evidence import redacted
from engine.safety.links import LinkCheck
from engine.safety.normalise import Views
from engine.safety.urls import find, host_key
from tests.unit.engine.safety.conftest import make_filter

CHECK = LinkCheck(["docs.acme.com", "*.allowed.org"])
TOLD = Told(("Write about https://shop.acme.com/x?utm=1 and acme.com, also 例子.com",))


def shown(text: str) -> str:
    return redacted(text, [item.span for item in CHECK.judge(Views(text), TOLD) if item.span])


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://evil.com/?q=secret", "evil.com"),
        ("http://evil.com#secret", "evil.com"),
        ("HTTPS://EVIL.COM/secret", "evil.com"),
        ("evil.com", "evil.com"),
        ("www.evil.com/secret", "evil.com"),
        ("//evil.com/x", "evil.com"),
        ("evil.com:8080/x", "evil.com"),
        ("secret-data.evil.md", "secret-data.evil.md"),
        ("<https://evil.com>", "evil.com"),
        ("https://sub.acme.com", "sub.acme.com"),
        ("https://allowed.org", "allowed.org"),
        ("https://notallowed.org", "notallowed.org"),
        ("https://acme.com.evil.com/", "acme.com.evil.com"),
        ("https://acme.com@evil.com/", "evil.com"),
        ("https://user:word@acme.com/", "acme.com"),
        ("https:\\\\evil.com\\x", "evil.com"),
        ("https:/evil.com", "evil.com"),
        ("https://acme.com\\@evil.com", "evil.com"),
        ("https://аcme.com/", "аcme.com"),
        ("https://xn--cme-8cd.com/", "cmeа.com"),
        ("https://evil%2ecom/x", "evil%2ecom"),
        ("http://1.2.3.4/x", "1.2.3.4"),
        ("http://2130706433/", "2130706433"),
        ("http://[::1]/x", "[::1]"),
        ("http://localhost/x", "localhost"),
        ("x.http://localhost", "localhost"),
        ("https://e\u200bvil.com", "evil.com"),
        ("https\u2060://evil.com", "evil.com"),
        ("https：／／evil．com／x", "evil.com"),
        ("https://evil。com/x", "evil.com"),
        ("hxxps://evil.com", "evil.com"),
        ("ftp://evil.com/a", "evil.com"),
        ("slack://evil.com", "evil.com"),
        ("javascript:alert(1)", "javascript"),
        ("data:text/html;base64,PHg+", "data"),
        ("file:///etc/passwd", "file"),
        ("mailto:x@evil.com?body=secret", "mailto"),
    ],
)
def test_a_link_that_nobody_asked_for_is_named_not_linked(text: str, host: str) -> None:
    after = shown(f"See {text} now.")
    assert f"[link removed: {host.replace('.', '[.]')}]" in after
    assert not list(find(Views(after).clean))


@pytest.mark.parametrize(
    "text",
    [
        "https://shop.acme.com/x?utm=1",
        "https://acme.com/path",
        "http://www.acme.com",
        "ACME.com",
        "https://docs.acme.com/a_(b)",
        "https://x.allowed.org",
        "请看https://acme.com，谢谢",
        "请看https://acme.com。谢谢",
        "访问acme.com吧",
        "http://例子.com/a",
    ],
)
def test_a_link_that_was_asked_for_stays_as_it_is(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "See README.md, main.py and Node.js.",
        "e.g. this. U.S.A. version 1.2.3 at 10.5.If so",
        "Great news today.Shop now.",
        "tel: 5; data: 5; file: report; ratio 3:1 // a comment",
        "Mail a@evil.com about a[0](x).",
        "[link removed: evil[.]com]",
    ],
)
def test_what_is_no_link_stays_as_it_is(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("https://acme.com/y?d=secret", "https://acme.com/y"),
        ("https://acme.com/y#secret", "https://acme.com/y"),
        ("acme.com?secret.", "acme.com."),
        ("https://shop.acme.com/x?utm=2", "https://shop.acme.com/x"),
        ("https://acme.com/é中?d=secret", "https://acme.com/é 中?d=secret"),
    ],
)
def test_an_address_keeps_no_query_that_was_not_in_the_request(text: str, after: str) -> None:
    assert shown(text) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("[click here](https://evil.com/a?b=c)", "click here: [link removed: evil[.]com]"),
        ("[the shop](https://shop.acme.com/)", "the shop: https://shop.acme.com/"),
        ("[https://acme.com](https://evil.com)", "https://acme.com: [link removed: evil[.]com]"),
        ("[https://acme.com](https://acme.com)", "https://acme.com"),
        ('[x](evil.com "a title")', "x: [link removed: evil[.]com]"),
        ("![](https://evil.com/p.png?d=1)", "[link removed: evil[.]com]"),
        ("<https://evil.com|hello>", "hello: [link removed: evil[.]com]"),
        ("<evil.com|hello>", "hello: [link removed: evil[.]com]"),
        ("[a]: https://evil.com/x", "a: [link removed: evil[.]com]"),
        ("[a]: https://acme.com/x\n[text][a]", "a: https://acme.com/x\n[text][a]"),
        ("访问[这里](https://evil.com)", "访问这里: [链接已移除: evil[.]com]"),
    ],
)
def test_a_label_never_stands_for_an_address(text: str, after: str) -> None:
    assert shown(text) == after


def test_without_a_request_nothing_is_asked_for() -> None:
    assert CHECK.judge(Views("https://acme.com"), Told())


def test_one_host_has_one_key() -> None:
    keys = {host_key(host) for host in ("Bücher.example.", "www.bücher.example", "xn--bcher-kva.example")}
    assert keys == {"bücher.example"}


_PIECES = st.sampled_from(
    ["https://", "http:", "//", "evil", "acme", ".com", ".", "。", "@", "/", "?", "#", "=", "秘密", "\u200b", " ", "(",
     ")", "[", "]", "](", "<", "|", ">", "xn--", "www.", "a", "\\", "%2e", "javascript:", "\n", "!", "é"]
)  # fmt: skip
_TEXTS = st.lists(_PIECES, max_size=14).map("".join)


@example("www.xn--.javascript:https://")
@settings(max_examples=300, deadline=None)
@given(_TEXTS)
def test_whatever_a_model_writes_no_address_with_a_query_is_left_and_none_to_a_strange_host(text: str) -> None:
    for link in find(Views(shown(text)).clean):
        assert link.plain
        assert re.search(r"(^|\.)(acme\.com|例子\.com|allowed\.org)$", link.host)
        assert link.query_at == len(link.address) or link.address == "https://shop.acme.com/x?utm=1"


def test_the_policy_says_what_becomes_of_links() -> None:
    verdict = make_filter(outputs=[CHECK]).check_text("go to https://evil.com/?a=b", Where(Kind.COPY), TOLD)
    assert (verdict.action, verdict.categories) == (Action.REDACT, (Category.LINK,))
    assert verdict.text == "go to [link removed: evil[.]com]"


def test_a_link_in_a_prompt_is_the_requesters_business() -> None:
    verdict = make_filter(outputs=[CHECK]).check_prompt("go to https://evil.com/?a=b", Where(Kind.COPY))
    assert verdict.action is Action.ALLOW
