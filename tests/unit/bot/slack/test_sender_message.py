"""What an agent is told of the reply that they sent, from the press of the button to its end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.playground.blockkit import checked_blocks
from bot.ports import Now, Posted
from bot.slack.sender_message import SenderRenderer
from engine.domain.job import Job, State
from engine.domain.request import CopyParams, Kind, Request
from engine.domain.result import Failure, Result
from engine.domain.review import Outcome
from tests.support.drafts import LINK, sent
from tests.support.reviews import decision, held, looked_at
from tests.unit.bot.slack.test_message import lines

SHOW = SenderRenderer().show


def said(job: Job, reply: Posted = Posted.YES) -> list[str]:
    shown = SHOW(job, Now(reply=reply), {})
    for message in shown:
        checked_blocks([dict(block) for block in message.blocks])
    return [message.text for message in shown]


def test_it_is_on_its_way_then_there() -> None:
    assert said(sent(State.ACCEPTED)) == [":hourglass_flowing_sand: Your reply to <#C1> is being checked and sent."]
    assert said(sent()) == [f":white_check_mark: Your reply is sent to <#C1> · <{LINK}|open the message>"]
    assert said(sent(locale="zh")) == [f":white_check_mark: 您的回复已发到 <#C1> · <{LINK}|打开原消息>"]


def test_it_is_sent_once_it_stands_in_the_customers_thread() -> None:
    approved = sent(result=replace(held(), decision=decision(Outcome.APPROVED)))
    assert said(approved, Posted.NOT_YET) == [":hourglass_flowing_sand: Your reply to <#C1> is being checked and sent."]
    (never,) = said(approved, Posted.NEVER)
    assert "was not sent" in never
    assert "press Edit and send" in never


def test_what_waits_for_a_reviewer_says_why() -> None:
    job = sent(State.HELD, replace(held(), hold=looked_at("refund", "legal")))
    assert said(job) == [
        ":mag: Your reply to <#C1> waits for a second pair of eyes: it is sent once a reviewer approves it.\n"
        "Why: it is about a refund, it is about a legal matter."
    ]
    assert "Why: every reply to a customer here" in said(sent(State.HELD, replace(held(), hold=looked_at("always"))))[0]


def test_what_waits_for_a_reviewer_can_be_taken_back() -> None:
    (shown,) = SHOW(sent(State.HELD, held()), Now(), {})
    assert lines(shown)[-1] == "[Take back]"


@pytest.mark.parametrize(
    ("outcome", "state", "first", "told"),
    [
        (Outcome.APPROVED, State.SUCCEEDED, "is sent to", "approved your reply"),
        (Outcome.REJECTED, State.REFUSED, "A reviewer did not approve it", "so it is not sent.\nThe reason given: Too"),
        (Outcome.EXPIRED, State.REFUSED, "Nobody reviewed it in time", "Nobody reviewed your reply"),
    ],
)
def test_what_a_reviewer_decided_is_told_in_a_message_that_notifies(
    outcome: Outcome, state: State, first: str, told: str
) -> None:
    result = replace(held(), decision=decision(outcome, reason="Too generous" * (outcome is Outcome.REJECTED)))
    status, notice = said(sent(state, result))
    assert first in status
    assert told in notice
    assert notice.startswith("<@U1>")
    assert ("Too generous" in status) == (outcome is Outcome.REJECTED)


def test_what_failed_says_what_to_do() -> None:
    (text,) = said(sent(State.FAILED, Result(failure=Failure("unavailable"))))
    assert "was not sent" in text
    assert "Try again" in text
    assert said(sent(State.CANCELED)) == [":heavy_multiplication_x: Your reply was not sent."]


def test_another_jobs_sender_is_told_nothing() -> None:
    other = replace(sent(), request=Request(Kind.COPY, "a post", CopyParams()))
    assert SHOW(other, Now(), {}) == ()
