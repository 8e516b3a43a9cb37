"""What is understood of plain words, with nothing to be about and in the thread of a result."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.command import parse, route
from bot.errors import CommandError
from bot.wishes import Cancel, Generate, Help, Revise, Status, Usage, Wish
from engine.domain.request import CopyParams, DrawParams, Kind, Request, RevisionMode
from tests.unit.bot.command.texts import CATALOG, commands


def copy(brief: str, **fields: Any) -> Generate:
    return Generate(Request(Kind.COPY, brief, CopyParams(**{"seed": 7, **fields})))


def draw(brief: str, **fields: Any) -> Generate:
    return Generate(Request(Kind.DRAW, brief, DrawParams(**{"seed": 7, **fields})))


ANYWHERE = [
    ("", Help()),
    ("\u200d", Help()),
    ("help", Help()),
    ("help about draw", Help("draw")),
    ("what can you do?", Help()),
    ("你会什么？", Help()),
    ("怎么用", Help()),
    ("status", Status()),
    ("进度？", Status()),
    ("usage", Usage()),
    ("额度？", Usage()),
    ("cancel", Cancel()),
    ("Stop it!", Cancel()),
    ("全部取消。", Cancel()),
    ("cancel 0123456789abcdef", Cancel("0123456789abcdef")),
    ("draw a red bicycle", draw("a red bicycle")),
    ("Draw: a red bicycle", draw("a red bicycle")),
    ("please draw me a red bicycle --n 2", draw("a red bicycle", n=2)),
    ("hey, could you paint a cat?", draw("a cat?")),
    ("generate an image of a cat", draw("a cat")),
    ("make us 3 pictures of cats", draw("cats", n=3)),
    ("create a picture showing two cats", draw("two cats")),
    ("画一辆红色自行车", draw("一辆红色自行车")),
    ("请帮我画一下一只猫，--n 2", draw("一只猫，", n=2)),
    ("你好，请画一只猫", draw("一只猫")),
    ("生成一张猫的图片", draw("猫")),
    ("来一张红色自行车的照片。", draw("红色自行车")),
    ("write a post", copy("a post")),
    ("can you draft a post for a bottle?", copy("a post for a bottle?")),
    ("写一段水杯的文案", copy("一段水杯的文案")),
    ("麻烦帮我起草：一封道歉信", copy("一封道歉信")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wish"), ANYWHERE)
@pytest.mark.parametrize("in_thread", [False, True])
def test_what_is_new_wherever_it_is_said(text: str, wish: Wish, in_thread: bool) -> None:
    assert route(text, CATALOG, in_thread=in_thread, new_seed=7) == wish


@pytest.mark.parametrize(
    "text",
    [
        "shorter, and friendlier",
        "短一点",
        "cancel our newsletter, politely",
        "draw attention to the price",
        "写实一点",
        "画面亮一点",
        "写得短一点",
        "draw it in blue",
        "rewrite it for children",
        "stop talking about the price",
        "help people find the shop",
    ],
)
def test_in_a_thread_all_else_changes_the_result_and_elsewhere_it_is_a_brief(text: str) -> None:
    assert route(text, CATALOG, in_thread=True) == Revise(text)
    assert isinstance(route(text, CATALOG, in_thread=False), Generate)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("make it a watercolour", draw("make it a watercolour")),
        ("draw make it a watercolour --n 2", draw("make it a watercolour", n=2)),
        ("变成水彩画", draw("变成水彩画")),
        ("write a post about it", copy("a post about it")),
        ("status", Status()),
    ],
)
def test_beside_an_image_words_that_ask_for_nothing_else_ask_for_a_picture(text: str, wish: Wish) -> None:
    assert route(text, CATALOG, in_thread=False, new_seed=7, otherwise=Kind.DRAW) == wish


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("again", Revise("", mode=RevisionMode.AGAIN)),
        ("再来一张！", Revise("", mode=RevisionMode.AGAIN)),
        ("make v1 shorter", Revise("make it shorter", 1)),
        ("draw v2 again, in blue", Revise("draw it again, in blue", 2)),
        ("draw #2 bigger", Revise("draw #2 bigger")),
        ("write 第2版 shorter", Revise("write it shorter", 2)),
    ],
)
def test_a_thread_knows_versions_and_repetition(text: str, wish: Wish) -> None:
    assert route(text, CATALOG, in_thread=True) == wish


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("draw", "missing_brief", ""),
        ("make 9 pictures of cats", "bad_integer", "draw --n 4 cats"),
        ("画 --n 9", "bad_integer", "draw ... --n 4"),
        ("画一只猫 --n 9 --size 1", "bad_integer", "draw 一只猫 --n 4 --size 64x64"),
        ("a post for a bottle --n 9", "bad_integer", "copy a post for a bottle --n 8"),
        ("a" * 40_000, "brief_too_long", ""),
    ],
)
def test_mistakes_are_answered_with_a_slash_command(text: str, code: str, suggestion: str) -> None:
    with pytest.raises(CommandError) as caught:
        route(text, CATALOG, in_thread=False)
    assert (caught.value.code, caught.value.suggestion) == (code, suggestion)


@settings(max_examples=100, deadline=None)
@given(commands, st.booleans())
def test_whatever_is_said_is_a_wish_or_an_error_whose_suggestion_is_one(text: str, in_thread: bool) -> None:
    try:
        wish = route(text, CATALOG, in_thread=in_thread)
    except CommandError as error:
        parse(error.suggestion, CATALOG)
    else:
        assert in_thread or not isinstance(wish, Revise)
