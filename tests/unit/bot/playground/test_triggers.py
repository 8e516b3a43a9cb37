"""Trigger ids work once, and not for long."""

from __future__ import annotations

import pytest

from bot.playground.errors import SlackError
from bot.playground.triggers import Triggers


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_trigger_is_exchanged_once() -> None:
    triggers = Triggers(3.0)
    trigger_id = triggers.issue("U1", "V1")
    assert triggers.exchange(trigger_id) == ("U1", "V1")
    with pytest.raises(SlackError, match="exchanged_trigger_id"):
        triggers.exchange(trigger_id)


@pytest.mark.parametrize(("age_s", "works"), [(0.0, True), (3.0, True), (3.01, False)])
def test_a_trigger_expires(age_s: float, works: bool) -> None:
    clock = Clock()
    triggers = Triggers(3.0, clock)
    trigger_id = triggers.issue("U1")
    clock.now = age_s
    if works:
        assert triggers.exchange(trigger_id) == ("U1", "")
    else:
        with pytest.raises(SlackError, match="expired_trigger_id"):
            triggers.exchange(trigger_id)


def test_a_made_up_trigger_is_invalid() -> None:
    with pytest.raises(SlackError, match="invalid_trigger_id"):
        Triggers(3.0).exchange("nonsense")
