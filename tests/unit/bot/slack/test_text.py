"""Text that Slack can show and cannot misread."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from bot.slack.split import split
from bot.slack.text import Measure, code, cut, defuse, escape, inert, one_line, utf8, utf16

_WORDS = """
```py ``` ```` ~~~ - 1. * > # a word and another。 的 一，二 <@U1> <!channel> <#C1|x> @here <https://x.example|y>
www.x.example [a](https://x.example) ![a](b) [a]: x & &lt; مرحبا é 🚲
"""
_PIECES = st.one_of(
    st.sampled_from([*_WORDS.split(), "\n", "\n", "\n\n", "    ", " ", "\r\n", "\u0301", "\ufe0f", "\u200d"]),
    st.sampled_from(["👩\u200d👩\u200d👧", "x" * 70, "字" * 40, "\n" * 80, " " * 90]),
    st.text(max_size=10),
)
texts = st.lists(_PIECES, max_size=60).map(lambda pieces: "".join(pieces).encode(errors="replace").decode())
"""As a model may write them: Markdown, in any state."""
unfenced = texts.map(lambda text: re.sub("[`~]{3,}", "", text))
measures = st.sampled_from([utf16, utf8, len])

_MENTION = re.compile(
    r"(?:[<＜﹤]|&lt;)[@＠#＃!！](?:channel|here|everyone|subteam|date|[A-Z0-9]{2,})|[@＠](?:channel|here|everyone)",
    re.I,
)
_LINK = re.compile(r"\w://|\bwww\.|\bmailto:|\]\([^\s()]*[./:]|\]:\s*\S{0,99}\w[./:]\w", re.I | re.M)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("<@U123>", "&lt;\u2060@U123&gt;"),
        ("<!channel>", "&lt;\u2060!channel&gt;"),
        ("<!subteam^S1|x>", "&lt;\u2060!subteam^S1|x&gt;"),
        ("<#C12|x>", "&lt;\u2060#C12|x&gt;"),
        ("@channel", "@\u2060channel"),
        ("@Here, ＠everyone", "@\u2060Here, ＠\u2060everyone"),
        ("https://x.example", "https:\u2060//x.example"),
        ("WWW.x.example", "WWW\u2060.x.example"),
        ("mailto:a@x.example", "mailto\u2060:a@x.example"),
        ("&lt;!channel&gt;", "&amp;lt;\u2060!channel&amp;gt;"),
        ("a@b, #1, @ada, 1 < 2 // 3", "a@b, #1, @ada, 1 &lt; 2 // 3"),
    ],
)
def test_escape(text: str, shown: str) -> None:
    assert escape(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**bold** & `code`", "**bold** & `code`"),
        ("[site](https://x.example)", "[site]\u2060(https:\u2060//x.example)"),
        ("![a](//x.example)", "![a]\u2060(//x.example)"),
        ("[a]: x.example", "[a]\u2060: x.example"),
        ("f(a[0](x)) if a[0]: x", "f(a[0](x)) if a[0]: x"),
        ("&#60;!here>", "&#60;\u2060!here>"),
    ],
)
def test_markdown_is_inert(text: str, shown: str) -> None:
    assert inert(text) == shown


@settings(max_examples=100, deadline=None)
@given(texts)
def test_nothing_addresses_anybody_and_nothing_is_a_link(text: str) -> None:
    assert not _MENTION.search(defuse(text))
    for shown in (inert(text), escape(text)):
        assert not _MENTION.search(shown)
        assert not _LINK.search(shown)
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", escape(text))


@settings(max_examples=50, deadline=None)
@given(texts)
def test_only_invisible_signs_are_added(text: str) -> None:
    assert inert(text).replace("\u2060", "") == text.replace("\u2060", "")


def test_a_command_to_copy_stays_as_it_is_inside_its_fence() -> None:
    assert code('/aigc copy "a" & https://x.example') == '```/aigc copy "a" &amp; https://x.example```'
    assert code("a ``` b") == "```a ''' b```"


def test_one_line() -> None:
    assert one_line(" a\n b\t\u3000c ") == "a b c"


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("two words", 5, "two…"),
        ("👍🏽👍🏽👍🏽", 9, "👍🏽👍🏽…"),
        ("👩\u200d👩\u200d👧!", 5, "…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("مرحبا بكم", 6, "مرحبا…"),
        ("", 3, ""),
    ],
)
def test_cut(text: str, limit: int, short: str) -> None:
    assert cut(text, limit) == short


@settings(max_examples=100, deadline=None)
@given(texts, st.integers(3, 80), measures)
def test_a_cut_fits_and_says_so(text: str, limit: int, measure: Measure) -> None:
    short = cut(text, limit, measure)
    assert measure(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        (" \n\n ", []),
        ("one", ["one"]),
        (f"{'a' * 40}\n\n{'b' * 40}", [f"{'a' * 40}\n\n", "b" * 40]),
        (f"- {'a' * 40}\n- {'b' * 40}\n", [f"- {'a' * 40}\n", f"- {'b' * 40}\n"]),
        (f"{'a ' * 30}{'b ' * 30}", [f"{'a ' * 30}b b ", "b " * 28]),
        ("字。" * 40, ["字。" * 32, "字。" * 8]),
        ("👩\u200d👩\u200d👧" * 10, ["👩\u200d👩\u200d👧" * 8, "👩\u200d👩\u200d👧" * 2]),
        (f"```py\n{'a' * 40}\n{'b' * 40}\n```\nend", [f"```py\n{'a' * 40}\n```", f"```py\n{'b' * 40}\n```\nend"]),
        (f"~~~\n{'a' * 40}\n```\n{'b' * 30}\n~~~", [f"~~~\n{'a' * 40}\n```\n~~~", f"~~~\n{'b' * 30}\n~~~"]),
        (f"```\n{'a' * 80}", [f"```\n{'a' * 56}\n```", f"```\n{'a' * 24}\n```"]),
    ],
)
def test_split(text: str, parts: list[str]) -> None:
    assert split(text, 64) == parts


@settings(max_examples=100, deadline=None)
@given(texts, st.integers(64, 200), measures)
@example("\n" * 80 + "x" * 60, 64, len)
@example("`" * 200 + "\n" + "x" * 60, 64, len)
@example("```py" + "字" * 40, 64, utf8)
@example(" " * 200 + "```\n" + "x" * 60, 64, len)
def test_parts_fit_show_something_and_close_their_fences(text: str, limit: int, measure: Measure) -> None:
    for part in split(text, limit, measure):
        assert measure(part) <= limit
        assert part.strip()
        assert open_fence(part) == ""


@settings(max_examples=100, deadline=None)
@given(unfenced, st.integers(64, 200))
def test_without_fences_nothing_is_added_and_no_character_torn(text: str, limit: int) -> None:
    def characters(shown: str) -> list[str]:
        return [character for character in iter_graphemes(shown) if character.strip()]

    parts = split(text, limit)
    assert "".join("".join(parts).split()) == "".join(text.split())
    if all(utf16(character) <= limit for character in characters(text)):
        assert [character for part in parts for character in characters(part)] == characters(text)


@settings(max_examples=100, deadline=None)
@given(texts, st.integers(64, 200))
def test_with_fences_all_is_still_there_in_order(text: str, limit: int) -> None:
    shown = iter("".join(split(text, limit)))
    assert all(sign in shown for sign in text if not sign.isspace() and sign not in "`~")


@pytest.mark.parametrize("opening", ["```py", "~~~~", "   ```", "1. ```py", "- ~~~"])
def test_a_fence_is_closed_and_opened_again_where_it_stood(opening: str) -> None:
    indent = " " * len(re.match(r"[\s\d.-]*", opening)[0])  # type: ignore[index]  # matches anything
    marks = opening.strip(" 1.-py")
    code = [f"{indent}{letter * 40}" for letter in "ab"]
    first, second = split("\n".join([opening, *code, indent + marks, "end"]), 64)
    assert first == f"{opening}\n{code[0]}\n{indent}{marks}"
    assert second == f"{indent}{opening.strip(' 1.-')}\n{code[1]}\n{indent}{marks}\nend"


def open_fence(text: str) -> str:
    """The fence that is open at the end (CommonMark 0.31, section 4.5, at any depth of a list)."""
    fence = ""
    for line in re.split(r"\r\n|\n|\r", text):
        marks = re.match(r"\s{0,8}(?:(?:[-*+•]|\d{1,3}[.)])\s{1,2})?(`{3,}(?=[^`]*$)|~{3,})", line)
        if fence:
            closing = re.fullmatch(rf"\s{{0,8}}({re.escape(fence)}[`~]*)\s*", line)
            if closing and len(set(closing[1])) == 1:
                fence = ""
        elif marks:
            fence = marks[1]
    return fence
