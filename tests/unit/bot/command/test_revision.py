"""What is to change, and in which version."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bot.command.clean import clean
from bot.command.revision import read_revision
from bot.errors import CommandError
from bot.wishes import Revise
from engine.domain.request import RevisionMode
from tests.unit.bot.command.texts import commands

AGAIN, VARY = RevisionMode.AGAIN, RevisionMode.VARY


@pytest.mark.parametrize(
    ("text", "revise"),
    [
        ("shorter", Revise("shorter")),
        ("shorter,\nand friendlier", Revise("shorter,\nand friendlier")),
        ("make v1 shorter", Revise("make it shorter", 1)),
        ("make V2 shorter", Revise("make it shorter", 2)),
        ("v1: shorter", Revise("shorter", 1)),
        ("V1 shorter", Revise("shorter", 1)),
        ("shorter than v2", Revise("shorter than it", 2)),
        ("version 3, but blue", Revise("but blue", 3)),
        ("v2 #3 blue", Revise("blue", 2, 2)),
        ("v2#3 blue", Revise("blue", 2, 2)),
        ("v2.3 blue", Revise("blue", 2, 2)),
        ("#2 blue", Revise("blue", 0, 1)),
        ("＃2 亮一点", Revise("亮一点", 0, 1)),
        ("把v1改短一点", Revise("把它改短一点", 1)),
        ("第2版短一点", Revise("短一点", 2)),
        ("把第 2 版 #3 改短", Revise("把它 改短", 2, 2)),
        ("v100 blue", Revise("blue", 100)),
        ("again", Revise("", mode=AGAIN)),
        ("Again, please!", Revise("", mode=AGAIN)),
        ("v1 again", Revise("", 1, mode=AGAIN)),
        ("do it again", Revise("", mode=AGAIN)),
        ("再来一次。", Revise("", mode=AGAIN)),
        ("请再来一次", Revise("", mode=AGAIN)),
        ("vary", Revise("", mode=VARY)),
        ("vary v2 #1", Revise("", 2, 0, VARY)),
        ("变化一下", Revise("", mode=VARY)),
        ("again, but shorter", Revise("again, but shorter")),
        ("add a v8 engine", Revise("add a v8 engine")),
        ("mention the V2 rocket", Revise("mention the V2 rocket")),
        ("use python v3.11.2", Revise("use python v3.11.2")),
        ("say we are #1", Revise("say we are #1")),
        ("add #10gifts", Revise("add #10gifts")),
        ("tell <@U1|ada> &amp; <#C1|sales>", Revise("tell @ada & #sales")),
    ],
)
def test_revisions(text: str, revise: Revise) -> None:
    assert read_revision(clean(text)) == revise


@pytest.mark.parametrize(
    ("text", "version"),
    [("", "v1"), (" \u200d\n", "v1"), ("v2", "v2"), ("v2 #3!", "v2"), ("第2版", "v2"), ("v3 …", "v3")],
)
def test_a_version_alone_is_no_instruction(text: str, version: str) -> None:
    with pytest.raises(CommandError) as caught:
        read_revision(clean(text))
    assert (caught.value.code, caught.value.params) == ("missing_instruction", {"version": version})


def test_an_instruction_may_be_as_long_as_a_brief() -> None:
    assert read_revision(clean("猫" * 8_000)).instruction == "猫" * 8_000
    with pytest.raises(CommandError) as caught:
        read_revision(clean("猫" * 8_001))
    assert caught.value.code == "brief_too_long"


@settings(max_examples=100, deadline=None)
@given(commands)
def test_whatever_is_said_is_a_revision_or_an_error(text: str) -> None:
    try:
        revise = read_revision(clean(text))
    except CommandError:
        return
    assert bool(revise.instruction.strip()) == (revise.mode is RevisionMode.EDIT)
    assert revise.version >= 0
    assert revise.variant is None or revise.variant >= 0
