"""What a person meant, out of what Slack sends."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.command.clean import clean

anything = st.text(st.one_of(st.characters(), st.sampled_from("<>&@#!|\n\t \u200d\u202e你a")), max_size=60)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("  draw a cat  ", "draw a cat"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\tb\u3000c\xa0d", "a b c d"),
        ("cats &amp; dogs &lt;3", "cats & dogs <3"),
        ("&amp;lt;", "&lt;"),
        ("hello <@U1|ada>", "hello @ada"),
        ("hello <@U1>", "hello @U1"),
        ("in <#C1|general>", "in #general"),
        ("<!channel> <!here|here> <!everyone>", "@channel @here @everyone"),
        ("<!subteam^S1|@marketing>", "@marketing"),
        ("<!subteam^S1>", "@subteam"),
        ("<!date^1700000000^{date}|14 November>", "14 November"),
        ("see <https://example.com/a?b=1&amp;c=2>", "see https://example.com/a?b=1&c=2"),
        ("see <https://example.com|example.com>", "see example.com"),
        ("<mailto:ada@example.com|ada@example.com>", "ada@example.com"),
        ("<mailto:ada@example.com>", "ada@example.com"),
        ("<tel:+491234>", "tel:+491234"),
        ("&lt;!channel&gt;", "<!channel>"),
        ("a < b > c", "a < b > c"),
        ("<@U1<@U2>>", "<@U1@U2>"),
        ("abc\u202edef\u2066", "abcdef"),
        ("in\u200bvi\ufeffsible\xad", "invisible"),
        ("\x00bin\x07ary\x1b[0m", "binary[0m"),
        ("half \ud83d a character", "half  a character"),
        ("👩\u200d👩\u200d👧 wave", "👩\u200d👩\u200d👧 wave"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200d \u200c\n\u200d", ""),
        ("\u200b\u2060 \ufeff", ""),
        ("\ufe0f \u3164\u2800\u115f", ""),
        ("", ""),
    ],
)
def test_clean(sent: str, meant: str) -> None:
    assert clean(sent) == meant


def escaped(text: str) -> str:
    """As Slack passes on what was typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@settings(max_examples=100, deadline=None)
@given(anything)
def test_what_is_clean_stays_the_same_when_it_is_typed_again(text: str) -> None:
    once = clean(text)
    assert clean(escaped(once)) == once


@settings(max_examples=100, deadline=None)
@given(anything)
def test_what_is_clean_has_neither_control_characters_nor_blank_ends(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == cleaned.strip()
    assert all(
        character.isprintable() or character in "\n\u200c\u200d" or ord(character) > 0x377 for character in cleaned
    )
    cleaned.encode()
