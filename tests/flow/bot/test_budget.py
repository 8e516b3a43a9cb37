"""Who runs the app is told that the money is nearly used up, and that it is: once each, in a local workspace."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.budget import BudgetWatch, notices
from bot.errors import ChannelUnreachable, DeliveryError, SlackUnavailable
from bot.slack.messenger import SlackMessenger
from engine.adapters.job_store import SqlJobStore
from engine.domain.job import State
from engine.domain.limits import Budget, Limits, Spent
from engine.domain.result import Result, Usage
from tests.support.delivering import Counter, database
from tests.support.jobs import new_job
from tests.support.slack import ADA, RunningPlayground, playground_config, running_playground
from tests.support.waiting import until

DAY_S = 86_400.0
TEN = Limits(budget=Budget(usd_per_day=10.0))


@pytest.fixture(scope="module")
def slack() -> Iterator[RunningPlayground]:
    """It takes no message that may unfurl."""
    with running_playground(playground_config(quiet_only=True)) as running:
        yield running


@dataclass
class Office:
    """An installation with a budget, and the channel of who runs it; the time is the workspace's."""

    counter: Counter
    channel: str

    @property
    def store(self) -> SqlJobStore:
        return self.counter.store

    def limits(self, **budget: Any) -> Limits:
        return Limits(budget=Budget(**{"usd_per_day": 10.0, "channel": self.channel, **budget}))

    def watch(self, **budget: Any) -> BudgetWatch:
        """That of a process of its own."""
        messenger = SlackMessenger(self.counter.client())
        return BudgetWatch(self.store, messenger, self.limits(**budget), self.counter.clock)

    def spend(self, cost_usd: float) -> None:
        name = f"job{time.monotonic_ns()}"
        self.store.add([new_job(name)])
        assert self.store.claim(name, "worker", 30)
        assert self.store.finish(
            name, "worker", State.SUCCEEDED, Result(usage=Usage("gpt", "openai", cost_usd=cost_usd))
        )

    def told(self) -> list[str]:
        return [message["text"] for message in self.counter.said(self.channel)]


@pytest.fixture
def office(slack: RunningPlayground, tmp_path: Path) -> Iterator[Office]:
    slack.knobs(fail_next=[])
    name = f"c{time.monotonic_ns()}"
    channel = str(slack.act(user=ADA, do="create_channel", name=name)["channel"])
    slack.act(user=ADA, do="invite_app", channel=channel)
    with database(tmp_path) as (store, clock):
        clock.now = time.time()
        yield Office(Counter(slack, store, clock), channel)


def test_below_the_share_nobody_is_told(office: Office) -> None:
    office.spend(7.99)
    assert office.watch().look() == 0
    assert office.told() == []


def test_at_the_share_and_when_it_is_used_up_the_channel_is_told_once_whoever_looks(office: Office) -> None:
    office.spend(8.0)
    first, second = office.watch(), office.watch()
    assert [first.look(), second.look(), first.look()] == [1, 0, 0]
    [nearly] = office.told()
    assert "US$ 8.00 today, 80 % of the budget of US$ 10.00 a day" in nearly
    office.spend(2.5)
    assert [second.look(), first.look(), office.watch().look()] == [1, 0, 0]
    [_, over] = office.told()
    assert "used up: US$ 10.50 of 10.00" in over


def test_what_is_used_up_at_once_is_not_told_to_be_nearly_so(office: Office) -> None:
    office.spend(11.0)
    assert office.watch().look() == 1
    assert ["used up" in text for text in office.told()] == [True]


def test_a_month_and_another_share_are_told_in_the_language_of_who_runs_it(office: Office) -> None:
    office.spend(5.0)
    watch = office.watch(usd_per_day=None, usd_per_month=10.0, warn_at=0.5, lang="zh")
    assert [watch.look(), watch.look()] == [1, 0]
    [said] = office.told()
    assert "付费模型本月已花费 5.00 美元，达到本月预算 10.00 美元的 50%" in said


def test_a_larger_budget_has_notices_of_its_own(office: Office) -> None:
    office.spend(10.0)
    office.watch().look()
    assert office.watch(usd_per_day=12.0).look() == 1


@pytest.mark.parametrize("after", [False, True])
def test_what_got_lost_on_its_way_is_told_by_the_next_and_never_twice(
    office: Office, slack: RunningPlayground, after: bool
) -> None:
    office.spend(9.0)
    slack.knobs(fail_next=[{"method": "chat.postMessage", "status": "reset", "after_effect": after}])
    with pytest.raises(SlackUnavailable):
        office.watch().look()
    assert len(office.told()) == after
    assert office.watch().look() == 1
    assert len(office.told()) == 1


def test_once_the_app_is_let_into_the_channel_it_is_told_there(office: Office, slack: RunningPlayground) -> None:
    office.spend(9.0)
    other = str(slack.act(user=ADA, do="create_channel", name=f"c{time.monotonic_ns()}")["channel"])
    with pytest.raises(ChannelUnreachable):
        office.watch(channel=other).look()
    slack.act(user=ADA, do="invite_app", channel=other)
    assert office.watch(channel=other).look() == 1
    assert len(office.counter.said(other)) == 1


def test_without_a_channel_the_log_says_it_once(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.spend(9.0)
    with caplog.at_level(logging.WARNING):
        assert [office.watch(channel="").look(), office.watch(channel="").look()] == [1, 0]
    assert caplog.text.count("US$ 9.00 are spent") == 1


def test_it_looks_until_it_is_told_to_stop_and_not_at_all_without_a_budget(office: Office) -> None:
    stop = threading.Event()
    office.watch(usd_per_day=None).run(0.01, stop)  # comes back by itself
    office.spend(9.0)
    looking = threading.Thread(target=office.watch().run, args=(0.01, stop))
    looking.start()
    until(lambda: len(office.told()) == 1)
    stop.set()
    looking.join()


def test_trouble_does_not_end_the_watch(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, tried = threading.Event(), list[int]()
    trouble: list[Exception] = [DeliveryError("not_in_channel"), ValueError(), DeliveryError("again")]

    def look(self: BudgetWatch) -> int:
        tried.append(1)
        if len(tried) == 3:
            stop.set()
        raise trouble[len(tried) - 1]

    monkeypatch.setattr(BudgetWatch, "look", look)
    office.watch().run(0.0, stop)
    assert len(tried) == 3


def test_the_next_day_and_the_next_month_are_told_anew() -> None:
    limits = replace(TEN, timezone=ZoneInfo("Asia/Shanghai"))
    days = [[notice.name for notice in notices(limits, Spent(9.0, 9.0), at)] for at in (0.0, 15 * 3600.0, DAY_S)]
    assert days == [[f"budget nearly_day 1970-01-0{day} of 10"] for day in (1, 1, 2)]


def test_a_budget_of_nothing_is_no_news() -> None:
    assert list(notices(Limits(budget=Budget(usd_per_day=0.0, usd_per_month=0.0)), Spent(1.0, 1.0), 0.0)) == []
