"""Many results at once, into a workspace that enforces Slack's rates: through real Celery workers and a real Redis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.playground.seed import TEAM_ID
from bot.settings import BotSettings
from engine.adapters.celery_queue import CeleryQueue
from engine.adapters.job_store import SqlJobStore
from engine.domain.job import Origin, State
from engine.settings import EngineSettings
from tests.support.delivering import written
from tests.support.delivery_worker import delivery_worker
from tests.support.jobs import new_job
from tests.support.redis import redis_server
from tests.support.slack import (
    ADA,
    BOT,
    BOT_TOKEN,
    GENERAL,
    MARKETING,
    SUPPORT,
    RunningPlayground,
    playground_config,
    running_playground,
)
from tests.support.waiting import until

RATE_PER_S = 5.0
"""Slack's is 1; the proportions are the same."""
BURST = 30


@dataclass(frozen=True)
class Office:
    slack: RunningPlayground
    store: SqlJobStore
    queue: CeleryQueue

    def ask(self, job_id: str, channel: str, at: float) -> None:
        self.store.add([new_job(job_id, job_id, origin=Origin(TEAM_ID, channel, ADA), created_at=at)])

    def finish(self, job_id: str) -> None:
        assert self.store.claim(job_id, "worker", 30)
        assert self.store.finish(job_id, "worker", State.SUCCEEDED, written(f"Made: {job_id}."))
        self.queue.deliver(job_id)

    def shown(self, channel: str) -> list[str]:
        """The jobs whose results stand there, in the order of their messages."""
        messages = [m for m in self.slack.messages(ADA, channel) if m["user"] == BOT]
        return [m["text"].partition("Made: ")[2].partition(".")[0] for m in messages if "Made: " in m["text"]]

    def limited(self) -> list[dict[str, Any]]:
        """Calls that Slack answered with HTTP 429."""
        return [call for call in self.slack.calls() if call["status"] == 429]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder: Path = tmp_path_factory.mktemp("office")
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr("bot.sending.PATIENCE_S", 60.0)  # a slow machine may take longer than they wait
        redis = stack.enter_context(redis_server(folder / "redis"))
        config = playground_config(
            quiet_only=True, message_burst=10, message_rate_per_s=RATE_PER_S, calls_per_minute={"chat.update": 50}
        )
        slack = stack.enter_context(running_playground(config))
        engine = EngineSettings(data_dir=folder, redis_url=redis.url)
        settings = BotSettings(slack_bot_token=BOT_TOKEN, slack_api_url=slack.api_url, slack_posts_per_s=RATE_PER_S)
        delivery = stack.enter_context(delivery_worker(settings, engine))
        store = delivery.sweeper.store
        assert isinstance(store, SqlJobStore)
        yield Office(slack, store, CeleryQueue(delivery.celery))


def test_a_burst_into_one_channel_meets_no_limit_keeps_its_order_and_holds_up_no_other_channel(office: Office) -> None:
    names = [f"burst{n:02}" for n in range(BURST)]
    for n, name in enumerate(names):
        office.ask(name, GENERAL, at=100.0 + n)
    office.ask("elsewhere", MARKETING, at=200.0)
    for name in names:
        office.finish(name)
    office.finish("elsewhere")
    until(lambda: office.shown(MARKETING))
    assert len(office.shown(GENERAL)) < BURST, "the other channel did not wait for the end of the burst"
    until(lambda: len(office.shown(GENERAL)) == BURST)
    assert office.shown(GENERAL) == names
    assert office.limited() == []


def test_results_that_come_all_at_once_change_their_messages_within_slacks_limit(office: Office) -> None:
    names = [f"waiting{n:02}" for n in range(8)]
    for n, name in enumerate(names):
        office.ask(name, SUPPORT, at=300.0 + n)
        office.queue.deliver(name)
    until(lambda: all(office.store.delivery(name).message for name in names))
    for name in reversed(names):
        office.finish(name)
    until(lambda: all(office.store.delivery(name).done for name in names))
    assert office.shown(SUPPORT) == names, "each stands where it was asked for, whichever was done first"
    assert office.limited() == []
