"""A person's language is known at once, and learned behind their back."""

from __future__ import annotations

from bot.background import Background
from bot.people import People


class Slack:
    def __init__(self) -> None:
        self.locales = {"U1": "zh-CN", "U2": "en-GB"}
        self.asked: list[str] = []

    async def locale(self, user: str) -> str:
        self.asked.append(user)
        return self.locales.get(user, "")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_until_slack_answers_the_text_decides() -> None:
    people = People(Slack().locale, Background(), ttl_s=60)
    assert people.locale("U2", "画一辆自行车") == "zh"
    assert people.locale("U1", "draw a bike") == "en"


async def test_what_they_were_answered_in_before_counts_more_than_the_text() -> None:
    background = Background()
    people = People(Slack().locale, background, ttl_s=60)
    assert people.locale("U2", before="zh") == "zh"
    await background.drain()
    assert people.locale("U2", before="zh") == "en"


async def test_afterwards_the_persons_setting_does() -> None:
    background = Background()
    people = People(Slack().locale, background, ttl_s=60)
    people.locale("U1"), people.locale("U2")
    await background.drain()
    assert people.locale("U1", "draw a bike") == "zh"
    assert people.locale("U2", "画一辆自行车") == "en"


async def test_slack_is_asked_once_until_the_answer_is_old() -> None:
    slack, background, clock = Slack(), Background(), Clock()
    people = People(slack.locale, background, ttl_s=60, clock=clock)
    for _ in range(3):
        people.locale("U1")
    await background.drain()
    people.locale("U1")
    assert slack.asked == ["U1"]
    clock.now += 61
    assert people.locale("U1", "draw") == "zh", "the old answer serves until the new one is there"
    await background.drain()
    assert slack.asked == ["U1", "U1"]


async def test_when_slack_cannot_say_it_is_asked_again_a_minute_later() -> None:
    slack, background, clock = Slack(), Background(), Clock()
    people = People(slack.locale, background, ttl_s=3600, clock=clock)
    assert people.locale("U9", "你好") == "zh"
    await background.drain()
    assert people.locale("U9", "hello") == "en"
    await background.drain()
    assert slack.asked == ["U9"]
    clock.now += 61
    people.locale("U9")
    await background.drain()
    assert slack.asked == ["U9", "U9"]


async def test_where_nobody_waits_slack_is_asked_first_and_once() -> None:
    slack = Slack()
    people = People(slack.locale, Background(), ttl_s=60)
    assert [await people.sure("U1", "draw a bike") for _ in range(2)] == ["zh", "zh"]
    assert slack.asked == ["U1"]
    assert await people.sure("U9", "画一辆自行车") == "zh", "nobody knows: the text decides"
