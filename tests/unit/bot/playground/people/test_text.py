"""Typed text as Slack passes it on."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground import seed
from bot.playground.people.text import smart, typed
from bot.playground.shapes import unescape

BOT = f"<@{seed.BOT_USER_ID}>"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        (f"{BOT} hi", f"{BOT} hi"),
        ("@AIGC hi", f"{BOT} hi"),
        ("@aigc画一辆自行车", "@aigc画一辆自行车"),
        ("@aigc 画一辆自行车", f"{BOT} 画一辆自行车"),
        ("me@aigc.example", "me@aigc.example"),
        ("@小梅 Mei 你好", f"<@{seed.MEI.id}> 你好"),
        ("see <#C0GENERAL0>", "see <#C0GENERAL0>"),
        ("<!channel> hi", "&lt;!channel&gt; hi"),
        ("see https://example.com/a?b=1&c=2.", "see <https://example.com/a?b=1&amp;c=2>."),
        ("看https://example.com/图，好", "看<https://example.com/图，好>"),
        ("看https://example.com/，", "看<https://example.com/>，"),
    ],
)
def test_typed(text: str, sent: str) -> None:
    assert typed(text, seed.USERS) == sent


@pytest.mark.parametrize(
    ("text", "sent"),
    [("a -- b --n 2", "a — b —n 2"), ('say "hi" to \'em', "say “hi” to ‘em"), ("it's", "it’s")],
)
def test_smart(text: str, sent: str) -> None:
    assert smart(text) == sent


@given(st.text())
def test_nothing_typed_becomes_markup(text: str) -> None:
    sent = typed(text, ())
    assert not re.search(r"<!|<(?!@U|#C|https?:)", sent)
    assert re.sub("[<>]", "", unescape(sent)) == re.sub("[<>]", "", text)
