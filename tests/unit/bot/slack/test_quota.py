"""What people are told of limits: which, how much, until when; in plain text and in their language."""

from __future__ import annotations

import re

import pytest

from bot.slack.quota import denied, duration, usage
from engine.domain.limits import Budget, Denial, Limit, Quota, Scope, Share, Spent, UsageReport, Use

TOLD = {
    Denial(Limit.REQUESTS_PER_MINUTE, Scope.USER, 30, 30, wait_s=11.2): "You sent 30 requests within a minute, which "
    "is the limit. There is room for the next one in 12 s.",
    Denial(Limit.JOBS_AT_ONCE, Scope.CHANNEL, 5, 5): "5 of this channel's requests are waiting or being made, and 5 at "
    "once is the limit. There is room as soon as one of them is done.",
    Denial(Limit.IMAGES_PER_DAY, Scope.USER, 1000, 998, 4, 18_600): "You asked for 998 pictures today, and this "
    "request is for 4 more; the limit is 1,000 a day. The day begins anew in 5 h 10 min.",
    Denial(Limit.USD_PER_MONTH, Scope.WORKSPACE, 300, 300.4, wait_s=3 * 86_400): "Models that cost money have cost "
    "US$ 300.40 this month, with what still waits, and the budget is US$ 300.00. It begins anew in 3 days. Models that "
    "cost nothing go on working: choose one with --model.",
    Denial(Limit.QUEUE, Scope.WORKSPACE, 3600, 120, wait_s=4000): "Too much is waiting just now: 120 requests. Yours "
    "would begin in about 1 h 7 min. Please try again later.",
    Denial(Limit.QUEUE, Scope.WORKSPACE, 2000, 2000): "Too much is waiting just now: 2,000 requests, and I cannot tell "
    "how long they will take. Please try again later.",
    Denial(Limit.TOKENS_PER_DAY, Scope.WORKSPACE, 0, 0, wait_s=9.0): "This workspace may not ask for this here: the "
    "limit is 0. Ask your administrator.",
    Denial(Limit.USD_PER_MONTH, Scope.WORKSPACE, 0, 0, wait_s=9.0): "There is no budget for models that cost money. "
    "Models that cost nothing work: choose one with --model.",
    Denial(Limit.IMAGES_PER_DAY, Scope.USER, 3, 0, 4, 18_600): "This request is for 4 pictures, more than the limit of "
    "a whole day, which is 3. Ask for fewer.",
}


@pytest.mark.parametrize(("denial", "told"), TOLD.items(), ids=lambda value: getattr(value, "limit", ""))
def test_which_limit_how_much_and_when_there_is_room_again(denial: Denial, told: str) -> None:
    assert denied("en", denial) == told


@pytest.mark.parametrize("limit", Limit)
@pytest.mark.parametrize("scope", Scope)
def test_every_limit_has_its_words_in_chinese(limit: Limit, scope: Scope) -> None:
    said = denied("zh", Denial(limit, scope, 3, 3, 1, 90.0))
    assert "2 分钟" in said or limit is Limit.JOBS_AT_ONCE
    assert "{" not in said
    assert not re.search("[，。：；] ", said)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.0, "1 s"), (60, "60 s"), (61, "2 min"), (3540, "59 min"), (3600, "1 h 0 min"), (86_400, "24 h 0 min"),
     (200_000, "3 days")],
)  # fmt: skip
def test_a_time_is_rounded_up(seconds: float, told: str) -> None:
    assert duration("en", seconds) == told


def test_what_was_used_of_what_there_is() -> None:
    quota, use = Quota(30, 50, 500, 2_000_000), Use(2, 1, 12, 3400, 0.125)
    report = UsageReport((Share(Scope.USER, quota, use), Share(Scope.CHANNEL, Quota(), use)), None, Budget(), 3600.0)
    assert usage("en", report).splitlines() == [
        "*You, today*", "• Pictures: 13 of 500", "• Tokens: 3,400 of 2,000,000", "• Waiting or being made: 2 of 50",
        "• Requests a minute: at most 30", "• Cost: US$ 0.12",
        "*This channel, today*", "• Pictures: 13, no limit", "• Tokens: 3,400, no limit",
        "• Waiting or being made: 2, no limit", "• Cost: US$ 0.12",
        "The day begins anew in 1 h 0 min.",
    ]  # fmt: skip


def test_an_admin_sees_the_budget_too() -> None:
    report = UsageReport((), Spent(1.5, 12.25), Budget(usd_per_month=300.0), 60.0)
    assert usage("en", report).splitlines() == [
        "*Models that cost money, in US$*", "• Today: 1.50, no limit", "• This month: 12.25 of 300.00",
        "The day begins anew in 60 s.",
    ]  # fmt: skip
