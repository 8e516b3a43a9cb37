"""A review on the whole road: a worker holds, delivery asks the reviewers, they decide, and both sides see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import build_bot
from bot.playground.seed import REVIEWS_ID, TEAM_ID
from bot.server import create_server
from bot.settings import BotSettings
from engine.adapters import factory
from engine.adapters.job_store import SqlJobStore
from engine.domain.job import Audience, Job
from engine.settings import EngineSettings
from engine.sweeper import expire
from tests.support.asgi import address, bound_socket, serving
from tests.support.delivery_worker import delivery_worker
from tests.support.redis import redis_server
from tests.support.slack import (
    ADA,
    BEN,
    BOT,
    BOT_TOKEN,
    GENERAL,
    MARKETING,
    MEI,
    SIGNING_SECRET,
    RunningPlayground,
    playground_config,
    running_playground,
)
from tests.support.waiting import until
from tests.support.worker import worker, worker_settings

POLICY = f"""
name: acme
version: 1
review: {{channel: {REVIEWS_ID}, reviewers: [{BEN}, {MEI}]}}
"""


@dataclass(frozen=True)
class Town:
    """A workspace with the whole product behind it; the worker's filter is FakeSafety."""

    slack: RunningPlayground
    store: SqlJobStore
    engine: EngineSettings

    def ask(self, text: str, channel: str = GENERAL) -> Job:
        """As Ada; the job once both audiences were shown where it stands."""
        self.slack.act(user=ADA, do="command", channel=channel, text=f"/aigc {text}")
        return self.settled()

    def settled(self) -> Job:
        def shown() -> Job | None:
            job = self.store.recent(TEAM_ID, ADA, 1)[0]
            reviewed = job.result is not None and job.result.hold is not None
            audiences = [Audience.REQUESTER, *([Audience.REVIEWERS] if reviewed else [])]
            done = job.state.made and all(self.store.delivery(job.id, audience).done for audience in audiences)
            return job if done else None

        found = until(shown)
        assert found is not None
        return found

    def message(self, user: str, channel: str, ts: str) -> dict[str, Any]:
        [found] = [m for m in self.slack.messages(user, channel) if m["ts"] == ts]
        return found

    def of(self, job: Job) -> dict[str, Any]:
        """Ada's message."""
        return self.message(ADA, job.origin.channel, self.store.delivery(job.id).message)

    def review(self, job: Job) -> dict[str, Any]:
        return self.message(BEN, REVIEWS_ID, self.store.delivery(job.id, Audience.REVIEWERS).message)

    def press(self, user: str, message: dict[str, Any], channel: str, action_id: str) -> None:
        rows = [block for block in message["blocks"] if block["type"] == "actions"]
        [(block_id, button)] = [
            (row["block_id"], element)
            for row in rows
            for element in row["elements"]
            if element["action_id"] == action_id
        ]
        self.slack.act(
            user=user, do="click", channel=channel, ts=message["ts"], block_id=block_id, action_id=button["action_id"]
        )


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder: Path = tmp_path_factory.mktemp("town")
    (folder / "policy.yaml").write_text(POLICY)
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server(folder / "redis"))
        plain = worker_settings(folder / "data", redis.url)
        engine = plain.model_copy(update={"policy_file": folder / "policy.yaml"})
        listener = bound_socket()
        url = address(listener)
        slack = stack.enter_context(running_playground(playground_config(app_url=f"{url}/slack/events")))
        settings = BotSettings(
            slack_bot_token=BOT_TOKEN,
            slack_signing_secret=SIGNING_SECRET,
            slack_api_url=slack.api_url,
            public_url=url,
            progress_every_s=0.05,
            slack_posts_per_s=1_000,
            slack_updates_per_minute=100_000,
        )
        stack.enter_context(worker(engine, folder / "worker.log"))
        stack.enter_context(delivery_worker(settings, engine))
        bot = build_bot(settings, engine)
        stack.enter_context(serving(create_server(bot, settings), listener))
        yield Town(slack, bot.store, engine)


def test_a_held_text_is_shown_once_approved(town: Town) -> None:
    job = town.ask("copy a doubtful bottle")
    assert "Waiting for a review" in town.of(job)["text"]
    assert "Steel" not in str(town.of(job))
    review = town.review(job)
    assert "Steel. For life. Yours." in str(review["blocks"])
    town.press(BEN, review, REVIEWS_ID, "review_approve")
    until(lambda: "Steel. For life. Yours." in town.of(job)["text"])
    until(lambda: f"Approved by <@{BEN}>" in str(town.review(job)["blocks"]))
    thread = town.slack.messages(ADA, GENERAL, town.of(job)["ts"])
    assert thread[-1]["text"] == f"<@{ADA}> A reviewer approved this."


def test_no_byte_of_a_held_image_is_in_slack_before_it_is_approved(town: Town) -> None:
    uploads = len(town.slack.calls("files.completeUploadExternal"))
    job = town.ask("draw a doubtful bicycle", MARKETING)
    assert len(town.slack.calls("files.completeUploadExternal")) == uploads
    town.press(BEN, town.review(job), REVIEWS_ID, "review_image")

    def link() -> str:
        told = [m for m in town.slack.messages(BEN, REVIEWS_ID) if m["ephemeral"] and "View image" in m["text"]]
        return told[-1]["text"].partition("<")[2].partition("|")[0] if told else ""

    url = until(link)
    status, headers, body = town.slack.get(url)
    assert (status, headers["content-type"], headers["cache-control"]) == (200, "image/png", "no-store")
    assert body.startswith(b"\x89PNG")
    town.press(MEI, town.review(job), REVIEWS_ID, "review_approve")
    until(lambda: any(block["type"] == "image" for block in town.of(job)["blocks"]))
    assert len(town.slack.calls("files.completeUploadExternal")) == uploads + 1
    assert town.slack.get(url)[0] == 404


def test_a_refusal_that_is_appealed_is_held_and_shown_in_its_thread(town: Town) -> None:
    refused = town.ask("copy a forbidden bottle")
    town.press(ADA, town.of(refused), GENERAL, "job_appeal")
    until(lambda: town.store.recent(TEAM_ID, ADA, 1)[0].id != refused.id)
    appeal = town.settled()
    assert appeal.request.appeal_of == refused.id
    town.press(BEN, town.review(appeal), REVIEWS_ID, "review_approve")

    def shown() -> bool:
        thread = town.slack.messages(ADA, GENERAL, town.of(refused)["ts"])
        return any("Steel. For life. Yours." in m["text"] for m in thread if m["user"] == BOT)

    until(shown)


def test_both_sides_see_that_time_is_up(town: Town) -> None:
    job = town.ask("copy a doubtful chair")
    late = SqlJobStore(factory.database_url(town.engine), clock=lambda: 9e12)
    assert expire(late, factory.queue(town.engine)) >= 1
    late.close()
    until(lambda: "Nobody reviewed this in time" in town.of(job)["text"])
    until(lambda: "nobody decided in time" in str(town.review(job)["blocks"]))
