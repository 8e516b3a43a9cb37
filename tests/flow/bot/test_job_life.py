"""A job's life as people steer it: canceled in every way, which lets the next one run, and started again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.bootstrap import build_bot
from bot.cli import aigc
from bot.playground.seed import TEAM_ID
from bot.server import create_server
from bot.settings import BotSettings
from engine.domain.job import Job, State
from engine.ports import JobStore
from engine.settings import EngineSettings
from tests.support.asgi import address, bound_socket, serving
from tests.support.delivery_worker import delivery_worker
from tests.support.redis import redis_server
from tests.support.slack import (
    ADA,
    ADA_DM,
    BEN,
    BOT,
    BOT_TOKEN,
    GENERAL,
    SIGNING_SECRET,
    RunningPlayground,
    playground_config,
    running_playground,
)
from tests.support.waiting import until
from tests.support.worker import FAILING, FREED, SLOW, worker, worker_settings

DONE = "AI-generated"


@dataclass(frozen=True)
class Town:
    """A workspace with the whole product behind it; its worker runs one job at a time."""

    slack: RunningPlayground
    store: JobStore
    engine: EngineSettings

    def ask(self, user: str, **act: str) -> Job:
        """The job that it becomes, which is stored when an act is over."""
        before = {job.id for job in self.store.recent(TEAM_ID, user, 100)}
        self.slack.act(user=user, **act)
        [new] = [job for job in self.store.recent(TEAM_ID, user, 100) if job.id not in before]
        return new

    def job(self, job: Job) -> Job:
        found = self.store.get(job.id)
        assert found is not None
        return found

    def message(self, job: Job) -> dict[str, Any]:
        """What is shown of it now, {} if nothing is yet."""
        ts = self.store.delivery(job.id).message
        shown = self.slack.messages(ADA, job.origin.channel, job.origin.thread or None)
        return next((message for message in shown if message["ts"] == ts), {})

    def until_shown(self, job: Job, says: str) -> dict[str, Any]:
        return until(lambda: message if says in (message := self.message(job)).get("text", "") else {})

    def moment(self, job: Job, event: str) -> float:
        """When it last happened to the job, in seconds since the epoch."""
        return max(happened.at for happened in self.store.events(job.id) if happened.name == event)

    def aigc(self, *arguments: str) -> str:
        """What an operator sees at a terminal."""
        environment = {
            "AIGC_DATA_DIR": str(self.engine.data_dir),
            "AIGC_REDIS_URL": self.engine.redis_url,
            "LC_ALL": "en_US.UTF-8",
        }
        result = CliRunner().invoke(aigc, arguments, env=environment, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder: Path = tmp_path_factory.mktemp("town")
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server(folder / "redis"))
        engine = worker_settings(folder / "data", redis.url).model_copy(update={"worker_concurrency": 1})
        listener = bound_socket()
        app_url = f"{address(listener)}/slack/events"
        slack = stack.enter_context(running_playground(playground_config(app_url=app_url, quiet_only=True)))
        settings = BotSettings(
            slack_bot_token=BOT_TOKEN,
            slack_signing_secret=SIGNING_SECRET,
            slack_api_url=slack.api_url,
            progress_every_s=0.05,
            slack_posts_per_s=1_000,
            slack_updates_per_minute=100_000,
        )
        stack.enter_context(worker(engine, folder / "worker.log"))
        stack.enter_context(delivery_worker(settings, engine))
        bot = build_bot(settings, engine)
        stack.enter_context(serving(create_server(bot, settings), listener))
        yield Town(slack, bot.store, engine)


COMMAND = {"do": "command", "channel": GENERAL, "text": f"/aigc copy {SLOW}"}
MESSAGE = {"do": "message", "channel": ADA_DM, "text": f"copy {SLOW}"}
MENTION = {"do": "message", "channel": GENERAL, "text": f"<@{BOT}> copy {SLOW}"}


def by_command(town: Town, job: Job) -> None:
    town.slack.act(user=ADA, do="command", channel=GENERAL, text="/aigc cancel")


def by_button(town: Town, job: Job) -> None:
    message = town.message(job)
    [row] = [block for block in message["blocks"] if block["type"] == "actions"]
    press = {"ts": message["ts"], "block_id": row["block_id"], "action_id": "job_cancel"}
    town.slack.act(user=ADA, do="click", channel=GENERAL, **press)


def by_deletion(town: Town, job: Job) -> None:
    """Of the request: in a channel it is the root of the thread that it is answered in."""
    shown = town.slack.messages(ADA, job.origin.channel)
    request = [message for message in shown if message["user"] == ADA][-1]
    town.slack.act(user=ADA, do="delete", channel=job.origin.channel, ts=request["ts"])


def by_operator(town: Town, job: Job) -> None:
    assert "told to stop" in town.aigc("jobs", "cancel", job.id)


@pytest.mark.parametrize(
    ("asked", "cancel"),
    [
        pytest.param(COMMAND, by_command, id="command"),
        pytest.param(COMMAND, by_button, id="button"),
        pytest.param(MESSAGE, by_deletion, id="deletion"),
        pytest.param(MENTION, by_deletion, id="deletion of a thread's root"),
        pytest.param(COMMAND, by_operator, id="operator"),
    ],
)
def test_a_canceled_job_says_so_and_makes_room_for_the_next(
    town: Town, asked: dict[str, str], cancel: Callable[[Town, Job], None]
) -> None:
    job = town.ask(ADA, **asked)
    town.until_shown(job, "Writing ...")
    behind = town.ask(BEN, do="command", channel=GENERAL, text="/aigc copy a vase")
    cancel(town, job)
    town.until_shown(job, "Canceled. There is no result.")
    assert town.job(job).state is State.CANCELED
    town.until_shown(behind, DONE)
    assert town.moment(job, "canceled") <= town.moment(behind, "started"), "there is room for one"


def test_a_job_that_waits_is_canceled_without_ever_running(town: Town) -> None:
    running = town.ask(BEN, do="command", channel=GENERAL, text=f"/aigc copy {SLOW}")
    town.until_shown(running, "Writing ...")
    waiting = town.ask(ADA, do="message", channel=ADA_DM, text="copy a lamp")
    by_deletion(town, waiting)
    town.until_shown(waiting, "Canceled. There is no result.")
    town.slack.act(user=BEN, do="command", channel=GENERAL, text="/aigc cancel")
    town.until_shown(running, "Canceled. There is no result.")
    assert "started" not in {event.name for event in town.store.events(waiting.id)}


def test_what_an_operator_starts_again_is_shown_in_the_message_that_said_it_failed(town: Town) -> None:
    job = town.ask(ADA, do="command", channel=GENERAL, text=f"/aigc copy a {FAILING} lamp")
    until(lambda: town.job(job).state is State.FAILED and town.store.delivery(job.id).done)
    failed = town.message(job)
    assert DONE not in failed["text"]
    (town.engine.data_dir / FREED).touch()
    assert "waits again" in town.aigc("jobs", "retry", job.id)
    shown = town.until_shown(job, DONE)
    assert (shown["ts"], town.job(job).state) == (failed["ts"], State.SUCCEEDED)
