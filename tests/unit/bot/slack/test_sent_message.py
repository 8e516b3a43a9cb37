"""What a customer sees of a reply: nothing of how it came about, then the text and who answers for it."""

from __future__ import annotations

import pytest

from bot.playground.blockkit import checked_blocks
from bot.ports import Now
from bot.slack.message import SlackRenderer
from engine.domain.job import State
from tests.support.drafts import sent
from tests.unit.bot.slack.test_message import lines

SHOW = SlackRenderer().show


@pytest.mark.parametrize("state", [state for state in State if state is not State.SUCCEEDED])
def test_nothing_is_shown_before_it_is_cleared_and_nothing_of_what_is_not(state: State) -> None:
    assert SHOW(sent(state), Now(), {}) == ()


def test_a_reply_says_that_ai_helped_and_who_sent_it() -> None:
    (shown,) = SHOW(sent(text="You can: https://acme.example/r"), Now(), {})
    assert lines(shown) == ["You can: https://acme.example/r", ":sparkles: Drafted with AI, sent by <@U1>"]
    assert shown.text.startswith("[Drafted with AI, sent by <@U1>] You can")
    checked_blocks([dict(block) for block in shown.blocks])


def test_the_label_is_in_the_language_of_the_text_whatever_the_agent_reads() -> None:
    (shown,) = SHOW(sent(text="可以退货。", locale="en"), Now(), {})
    assert lines(shown)[-1] == ":sparkles: AI辅助起草，由 <@U1> 发送"


def test_it_addresses_nobody() -> None:
    (shown,) = SHOW(sent(text="<!channel> hello <@U2>"), Now(), {})
    assert "<!channel>" not in str(shown)
    assert "<@U2>" not in str(shown)
