"""`aigc eval leaks` counts what gets out, and would see it if something did."""

from __future__ import annotations

import pytest

from bot.cli.leaks import leaks, outcome, table
from engine.evals.leaks.hostile import Hostile, all_hostile
from engine.safety.filter import LayeredFilter
from engine.safety.layers import Layer
from engine.safety.leaks import LeakCheck
from engine.safety.links import LinkCheck
from engine.safety.policy import load_policy
from tests.fakes import FakeSafety

OPEN = FakeSafety(forbidden=(), secret=())
SHUT = LayeredFilter(load_policy(None), [], [], outputs=[Layer(LeakCheck(), 60.0), Layer(LinkCheck(), 60.0)])
HOSTILE = list(all_hostile())


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: f"{hostile.kind}: {hostile.name}")
def test_nothing_gets_out_of_the_filter(hostile: Hostile) -> None:
    assert outcome(hostile, SHUT).stopped


@pytest.mark.parametrize("kind", ["canary", "instructions", "links"])
def test_without_the_filter_everything_would(kind: str) -> None:
    of_kind = [hostile for hostile in HOSTILE if hostile.kind == kind]
    assert not any(outcome(hostile, OPEN).stopped for hostile in of_kind)


@pytest.mark.parametrize(
    ("text", "needle", "out"),
    [
        ("the code is Q W E R", "qwer", True),
        ("the code is gone", "qwer", False),
        ("<!channel>", "", True),
        ("&lt;!here&gt;", "", True),
        ("@\u200bhere", "", True),
        ("<\u2060!channel>", "", False),
        ("@\u2060here", "", False),
        ("<@U0BEN00001> asked", "", False),
        ("<@U0ADA00001> asked", "", True),
    ],
)
def test_what_counts_as_out(text: str, needle: str, out: bool) -> None:
    assert leaks(text, needle) is out


def test_the_table_names_what_got_out() -> None:
    first = HOSTILE[0]
    assert table([outcome(first, SHUT)]).rows == (("canary", "1", "100%", "1", "none"),)
    assert table([outcome(first, OPEN)]).rows == (("canary", "1", "0%", "0", first.name),)
