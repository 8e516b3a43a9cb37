"""The product as a company runs it, two workers of each kind, with a local workspace as its Slack."""

from __future__ import annotations

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from bot.play import free_port
from engine.adapters.embedded_redis import EmbeddedRedis
from engine.adapters.redis_progress import connect
from engine.adapters.worker_board import WorkerBoard
from tests.faults.databases import Database, Name, database
from tests.faults.fleet import Fleet
from tests.faults.job_table import JobTable
from tests.faults.points import FOLDER, Points
from tests.faults.witness import Witness, witness
from tests.support.slack import (
    ADA,
    APP_TOKEN,
    BOT_TOKEN,
    SIGNING_SECRET,
    RunningPlayground,
    playground_config,
    running_playground,
)

ROOT = Path(__file__).parents[2]
BOT_PROCESS = "bot"
GENERATORS = ("generate-1", "generate-2")
DELIVERERS = ("deliver-1", "deliver-2")
PROGRAMS = {
    BOT_PROCESS: ("serve",),
    **dict.fromkeys(GENERATORS, ("worker", "generate")),
    **dict.fromkeys(DELIVERERS, ("worker", "deliver")),
}
ROOMS = 40
"""Channels enough that none is busier than people make one."""

RETRY_DELAYS_S = (0.0, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0, 192.0)
"""Slack too goes on for six minutes, but with one pause of five in it: nobody wants to wait so long."""

SLACK_TIMEOUT_S = 2
"""The product's default is longer, and then a time-out takes longer to be noticed."""

CALLS_PER_S = 100
"""More than Slack allows: the local workspace has no such limit, and a campaign would take hours."""


@dataclass(frozen=True, slots=True)
class Installation:
    """All that runs, and what can be seen and done from outside."""

    slack: RunningPlayground
    witness: Witness
    fleet: Fleet
    broker: EmbeddedRedis
    database: Database
    jobs: JobTable
    points: Points
    bot_url: str
    rooms: tuple[str, ...]
    """Channels that the app and everybody else are in."""

    def flush_broker(self) -> None:
        with redis.Redis.from_url(self.broker.url, socket_timeout=5) as client:
            client.flushall()

    def restart_broker(self) -> None:
        """Killed, and started on the same port with nothing in it."""
        with redis.Redis.from_url(self.broker.url, socket_timeout=5) as client:
            pid = int(client.info("server")["process_id"])
        os.kill(pid, signal.SIGKILL)
        self.broker.wait()
        self.broker.__enter__()

    def is_up(self) -> bool:
        """Whether every process says that it is ready."""
        signs = WorkerBoard(connect(self.broker.url)).ready()
        work = [one for sign in signs for one in sign.work]
        ready = work.count("copy") >= len(GENERATORS) and work.count("deliver") >= len(DELIVERERS)
        return ready and self.takes_requests()

    def takes_requests(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.bot_url}/health/ready", timeout=2) as answer:  # noqa: S310 - our own
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


@contextmanager
def installation(
    folder: Path, name: Name = "sqlite", settings: Mapping[str, str] | None = None
) -> Iterator[Installation]:
    """Everything up, with the product's own defaults but for `settings`."""
    port = free_port(0)
    bot_url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        server = stack.enter_context(EmbeddedRedis(folder / "redis", free_port(0)))
        base = stack.enter_context(database(name, folder))
        config = playground_config(
            app_url=f"{bot_url}/slack/events", retry_delays_s=RETRY_DELAYS_S, quiet_only=True, ack_timeout_s=3.0
        )
        slack = stack.enter_context(running_playground(config))
        points = Points(folder / "points")
        environment = {
            **_environment(folder, slack, port),
            "AIGC_REDIS_URL": server.url,
            "AIGC_DATABASE_URL": base.url,
            **(settings or {}),
        }
        fleet = Fleet(PROGRAMS, environment, folder)
        stack.callback(fleet.stop)
        seen = stack.enter_context(witness(slack))
        fleet.start(BOT_PROCESS)
        jobs = JobTable(base.url)
        stack.callback(jobs.close)
        rooms = tuple(_room(slack, f"room-{number}") for number in range(ROOMS))
        found = Installation(slack, seen, fleet, server, base, jobs, points, bot_url, rooms)
        fleet.await_ready(found.takes_requests)
        fleet.start(*GENERATORS, *DELIVERERS)
        fleet.await_ready(found.is_up)
        yield found


def _room(slack: RunningPlayground, name: str) -> str:
    room: str = slack.act(user=ADA, do="create_channel", name=name)["channel"]
    slack.act(user=ADA, do="invite_app", channel=room)
    return room


def _environment(folder: Path, slack: RunningPlayground, port: int) -> dict[str, str]:
    def models(kind: str) -> str:
        spec = {"backend": f"tests.faults.models:{kind}", "model": "none", "outside": False}
        return json.dumps({"instant": spec, "late": spec})

    return {
        FOLDER: str(folder / "points"),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "AIGC_DATA_DIR": str(folder / "data"),
        "AIGC_BROKER_URL": "",
        "AIGC_LIMITS_FILE": "none",
        "AIGC_TEXT_MODELS": models("CampaignText"),
        "AIGC_IMAGE_MODELS": models("CampaignImage"),
        "AIGC_POLICY_FILE": str(Path(__file__).with_name("policy.yaml")),
        "AIGC_SLACK_API_URL": slack.api_url,
        "AIGC_SLACK_BOT_TOKEN": BOT_TOKEN,
        "AIGC_SLACK_APP_TOKEN": APP_TOKEN,
        "AIGC_SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "AIGC_SLACK_TIMEOUT_S": str(SLACK_TIMEOUT_S),
        "AIGC_SLACK_POSTS_PER_S": str(CALLS_PER_S),
        "AIGC_SLACK_UPDATES_PER_MINUTE": str(CALLS_PER_S * 60),
        "AIGC_HOST": "127.0.0.1",
        "AIGC_PORT": str(port),
        "AIGC_LOG_LEVEL": "INFO",
    }
