"""Reading threads and channels, against the local workspace."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient

from bot.errors import ChannelUnreachable, MessageGone, SlackUnavailable
from bot.ports import Mark, Place
from bot.slack.messenger import SlackMessenger
from bot.slack.threads import SlackThreads
from tests.support.slack import ADA, ADA_DM, BEN, BOT_TOKEN, GENERAL, RunningPlayground, running_playground


def threads(slack: RunningPlayground) -> SlackThreads:
    return SlackThreads(BOT_TOKEN, slack.api_url, timeout_s=5)


async def test_a_thread_is_read_with_its_root_and_what_the_app_sent_there() -> None:
    with running_playground() as slack:
        root = slack.act(user=ADA, do="message", channel=GENERAL, text="Where is my *parcel*?")["ts"]
        slack.act(user=BEN, do="message", channel=GENERAL, text="Looking.", thread_ts=root)
        SlackMessenger(WebClient(BOT_TOKEN, base_url=slack.api_url)).post(
            Place(GENERAL, root), "[Drafted with AI] Today.", [], Mark("j1")
        )
        found = await threads(slack).replies(GENERAL, root)
        assert [(each.user, each.text, each.own) for each in found[:2]] == [
            (ADA, "Where is my *parcel*?", False),
            (BEN, "Looking.", False),
        ]
        assert (found[2].text, found[2].own) == ("Today.", True)
        latest = await threads(slack).latest(GENERAL)
        assert latest[-1].text == "Where is my *parcel*?"
        assert await threads(slack).link(GENERAL, root) == f"{slack.url}/archives/{GENERAL}/p{root.replace('.', '')}"
        assert await threads(slack).direct(ADA) == ADA_DM


async def test_a_thread_of_several_pages_is_read_to_its_end_with_its_root_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.threads._PAGE", 2)
    with running_playground() as slack:
        root = slack.act(user=ADA, do="message", channel=GENERAL, text="0")["ts"]
        for number in range(1, 5):
            slack.act(user=ADA, do="message", channel=GENERAL, text=str(number), thread_ts=root)
        assert [each.text for each in await threads(slack).replies(GENERAL, root)] == ["0", "1", "2", "3", "4"]


async def test_what_cannot_be_read_says_why() -> None:
    with running_playground() as slack:
        with pytest.raises(MessageGone):
            await threads(slack).replies(GENERAL, "1.000001")
        with pytest.raises(ChannelUnreachable):
            await threads(slack).replies("C0NOWHERE0", "1.000001")
    with pytest.raises(SlackUnavailable):
        await SlackThreads(BOT_TOKEN, "http://127.0.0.1:9/api/", timeout_s=1).latest(GENERAL)
