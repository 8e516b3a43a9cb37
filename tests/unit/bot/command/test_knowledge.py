"""What is understood of words about the knowledge base."""

from __future__ import annotations

import pytest

from bot.command import learning, parse
from bot.errors import CommandError
from bot.wishes import Help, Learn, Look, Shelf, Wish
from tests.unit.bot.command.texts import CATALOG


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("knowledge", Shelf()),
        ("knowledge list", Shelf()),
        ("知识库 列表", Shelf()),
        ("knowledge search can I return it?", Look("can I return it?")),
        ("知识库 搜索 可以退货吗", Look("可以退货吗")),
        ("knowledge add", Learn("files")),
        ("knowledge add pins", Learn("pins")),
        ("知识库 添加 置顶", Learn("pins")),
        ("knowledge add pins for everybody", Learn("pins", "everybody")),
        ("knowledge add canvas for team support", Learn("canvas", "team:support")),
        ("知识库 添加 画布 供所有人使用", Learn("canvas", "everybody")),
        ("help knowledge", Help("knowledge")),
    ],
)
def test_commands(text: str, wish: Wish) -> None:
    assert parse(text, CATALOG) == wish


@pytest.mark.parametrize("text", ["knowledge frobnicate", "knowledge search", f"knowledge search {'x' * 501}"])
def test_what_makes_no_sense_teaches(text: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse(text, CATALOG)
    assert caught.value.suggestion.startswith("knowledge") or caught.value.code == "brief_too_long"


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("learn this", ""),
        ("Please learn these files!", ""),
        ("add this to the knowledge base", ""),
        ("add to knowledge base for everybody", "everybody"),
        ("learn this for this channel only", "channel"),
        ("learn it for team support.", "team:support"),
        ("加入知识库", ""),
        ("请把这些文件加入知识库", ""),
        ("学习一下这个文件", ""),
        ("学习这些，供所有人使用", "everybody"),
        ("加入知识库，供团队 客服 使用", "team:客服"),
        ("加入知识库，只给本频道用", "channel"),
        ("learn this for all", "everybody"),
        ("学习这些，给大家看", "everybody"),
        ("learn them all", ""),
        ("please learn all", ""),
        ("learn all of these files", ""),
        ("learn all these for team support", "team:support"),
    ],
)
def test_words_beside_files(text: str, scope: str) -> None:
    assert learning(text) == Learn("files", scope)


@pytest.mark.parametrize(
    "text",
    [
        "knowledge add pins all",
        "knowledge add pins everyone",
        "knowledge add canvas everybody",
        "知识库 添加 置顶 大家",
    ],
)
def test_what_is_not_said_to_be_for_everybody_is_not_published(text: str) -> None:
    with pytest.raises(CommandError):
        parse(text, CATALOG)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hey everybody learn this everybody",
        "learn this, everyone",
        "学习一下大家",
        "请学习所有人",
        "draw it as a watercolour",
        "write a post about how we learn",
        "make this shorter for everybody",
        "翻译这个文件",
    ],
)
def test_other_words_ask_for_something_else(text: str) -> None:
    assert learning(text) is None
