"""The form that compares two texts, held to what Slack accepts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.locales import LOCALES
from bot.playground.blockkit import checked_view
from bot.slack import compare
from bot.slack.buttons import Target
from bot.slack.views import Memo, memo
from engine.domain.job import Job, State
from engine.domain.request import Revision
from tests.unit.bot.slack.test_message import drew, job, wrote

MEMO = Memo("en", channel="C1", job_id="a")


def version(job_id: str, number: int, *texts: str, of: str = "", variant: int = 0, **fields: Any) -> Job:
    revision = Revision(of, variant=variant) if of else None
    made = job(result=wrote(*texts), version=number, revision=revision, **fields)
    return replace(made, id=job_id, root_id="a")


def words(view: dict[str, Any]) -> str:
    rich = (block for block in view["blocks"] if block["type"] == "rich_text")
    return "|".join(part["text"] for block in rich for section in block["elements"] for part in section["elements"])


def menus(view: dict[str, Any]) -> list[tuple[list[str], str]]:
    """Of each menu the choices, and the chosen one."""
    found = view["blocks"][0]["elements"]
    return [([o["text"]["text"] for o in m["options"]], m["initial_option"]["text"]["text"]) for m in found]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("texts", [("a", "b"), ("same", "same"), ("字" * 5_000, "<!here> " * 900), ("", "x")])
def test_slack_accepts_it(locale: str, texts: tuple[str, str]) -> None:
    view = compare.compare_form(locale, MEMO, [version("a", 1, *texts)], (Target("a"), Target("a", 1)))
    checked_view(json.loads(json.dumps(view)), "modal")
    assert (memo(view["private_metadata"]).left, memo(view["private_metadata"]).right) == ("a:0", "a:1")


def test_of_several_variants_the_first_two_are_compared_and_the_others_offered() -> None:
    one = version("a", 1, "a blue bottle of steel", "a red bottle of steel", "third")
    sides = compare.first_sides(one, list(compare.comparable([one])))
    assert sides == (Target("a"), Target("a", 1))
    view = compare.compare_form("en", MEMO, [one], sides)
    assert menus(view) == [(["v1 #1", "v1 #2", "v1 #3"], "v1 #1"), (["v1 #1", "v1 #2", "v1 #3"], "v1 #2")]
    assert words(view) == "a |blue |red |bottle of steel"


def test_a_picked_variant_is_what_the_others_are_compared_with() -> None:
    one = replace(version("a", 1, "x", "y", "z"), picked=2)
    assert compare.first_sides(one, list(compare.comparable([one]))) == (Target("a", 2), Target("a"))


def test_a_version_is_compared_with_the_variant_that_it_changed() -> None:
    line = [version("a", 1, "x", "y"), version("b", 2, "z", of="a", variant=1)]
    assert compare.first_sides(line[1], list(compare.comparable(line))) == (Target("a", 1), Target("b"))


def test_one_text_alone_is_not_compared() -> None:
    one = version("a", 1, "x")
    assert compare.first_sides(one, list(compare.comparable([one]))) is None


def test_pictures_and_what_nobody_may_see_are_not_offered() -> None:
    hidden = replace(version("b", 2, "held"), state=State.HELD)
    picture = replace(job(result=drew("a.png")), id="c")
    forgotten = replace(version("d", 3), result=None)
    assert list(compare.comparable([version("a", 1, "x"), hidden, picture, forgotten])) == [Target("a")]


def test_a_choice_changes_one_side() -> None:
    sides = (Target("a"), Target("a", 1))
    assert compare.chosen(sides, compare.LEFT, "b:2") == (Target("b", 2), Target("a", 1))
    assert compare.chosen(sides, compare.RIGHT, "b:2") == (Target("a"), Target("b", 2))


def test_more_than_a_menu_takes_are_the_newest() -> None:
    line = [version(f"{number}", number, "x", "y") for number in range(1, 90)]
    offered = list(compare.comparable(line))
    assert len(offered) == compare.MOST_OFFERED
    assert offered[-1] == Target("89", 1)
