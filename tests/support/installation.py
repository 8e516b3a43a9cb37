"""The processes of a real installation, started as deploy/compose.yaml starts them, with everything watched."""

from __future__ import annotations

import base64
import json
import os
import re
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.play import free_port
from bot.playground.seed import TEAM_ID
from engine.adapters.job_store import SqlJobStore
from engine.domain.job import Job
from tests.support.compose import ROOT, environment, start_command
from tests.support.otlp import Collector, collector
from tests.support.postgres import postgres
from tests.support.redis import redis_server
from tests.support.slack import (
    ADA,
    BOT_TOKEN,
    GENERAL,
    SIGNING_SECRET,
    RunningPlayground,
    playground_config,
    running_playground,
)
from tests.support.waiting import until

SERVICES = ("bot", "delivery", "worker-cpu")

START_S = 240.0
"""A machine that is busy takes long to import what a model worker needs."""

_BODY = re.compile(rb'\\"body\\": \\"([A-Za-z0-9+/=]+)\\"')
"""Of a message of Celery's in Redis: base64."""


@dataclass(frozen=True)
class Installation:
    """What an operator sees of it."""

    slack: RunningPlayground
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]]
    monitors: dict[str, str]
    """Where each is watched, by service."""
    logs: dict[str, Path]
    collector: Collector
    broker: Callable[[], str]
    """Every command that Redis was given so far."""
    store: SqlJobStore

    def aigc(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        command, env = [sys.executable, "-m", "bot", *arguments], self.environment | settings
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)

    def ask(self, text: str) -> Job:
        """The job that a slash command becomes, once it is over and its message shows so."""
        before = {job.id for job in self.store.recent(TEAM_ID, ADA, 1000)}
        self.slack.act(user=ADA, do="command", channel=GENERAL, text=text)
        [new] = [job for job in self.store.recent(TEAM_ID, ADA, 1000) if job.id not in before]
        until(lambda: self.store.delivery(new.id).done)
        found = self.store.get(new.id)
        assert found is not None
        return found

    def metrics(self, service: str) -> str:
        with urllib.request.urlopen(f"{self.monitors[service]}/metrics", timeout=60) as answer:  # noqa: S310 - our own
            return str(answer.read().decode())

    def lines(self, service: str) -> list[dict[str, Any]]:
        """Its log so far."""
        return [json.loads(line) for line in self.logs[service].read_text().splitlines()]


@contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    """Yield one that takes requests, with models that are instant, or fail if the prompt says so."""
    port = free_port(0)
    with ExitStack() as stack:
        server = stack.enter_context(redis_server(folder / "redis"))
        heard = stack.enter_context(_overheard(server.port))
        database = stack.enter_context(postgres())
        config = playground_config(app_url=f"http://127.0.0.1:{port}/slack/events", quiet_only=True)
        slack = stack.enter_context(running_playground(config))
        spans = stack.enter_context(collector())
        given = {
            "POSTGRES_PASSWORD": "none",
            "AIGC_SLACK_BOT_TOKEN": BOT_TOKEN,
            "AIGC_SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "AIGC_TEXT_MODELS": _model("SpokenText"),
            "AIGC_IMAGE_MODELS": _model("SpokenImage"),
            "AIGC_LOG_LEVEL": "DEBUG",
            "AIGC_TRACES_URL": spans.url,
        }
        here = {
            "AIGC_DATA_DIR": str(folder / "data"),
            "AIGC_REDIS_URL": server.url,
            "AIGC_DATABASE_URL": database,
            "AIGC_SLACK_API_URL": slack.api_url,
            "AIGC_PORT": str(port),
            "AIGC_MONITOR_HOST": "127.0.0.1",
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "PYTHONPATH": str(ROOT),
        }
        processes: dict[str, subprocess.Popen[bytes]] = {}
        logs = {service: folder / f"{service}.log" for service in SERVICES}
        ports = {service: free_port(0) for service in SERVICES}
        for service in SERVICES:
            command = [sys.executable, "-m", "bot", *start_command(service)[1:]]
            settings = {**environment(service, given), **here, "AIGC_MONITOR_PORT": str(ports[service])}
            processes[service] = stack.enter_context(_running(command, settings, logs[service]))
        monitors = {service: f"http://127.0.0.1:{port}" for service, port in ports.items()}
        for url in monitors.values():
            until(partial(answers, f"{url}/health/ready"), START_S)
        store = SqlJobStore(database)
        stack.callback(store.close)
        everything = {**os.environ, **environment("bot", given), **here, "AIGC_MONITOR_PORT": "0"}
        yield Installation(slack, everything, processes, monitors, logs, spans, heard, store)


def answers(url: str) -> bool:
    """Whether it says 200."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except OSError:
        return False


def _model(name: str) -> str:
    return json.dumps({"spoken": {"backend": f"tests.support.worker:{name}", "model": "none"}})


@contextmanager
def _running(command: Sequence[str], settings: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, env={**os.environ, **settings}, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@contextmanager
def _overheard(port: int) -> Iterator[Callable[[], str]]:
    """All that Redis was told so far, messages decoded (redis.io/docs/latest/commands/monitor)."""
    heard = bytearray()

    def listen() -> None:
        while data := link.recv(1 << 16):
            heard.extend(data)

    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(b"MONITOR\r\n")
        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield lambda: heard.decode() + "".join(base64.b64decode(body).decode() for body in _BODY.findall(heard))
        finally:
            link.shutdown(socket.SHUT_RDWR)
            thread.join(20)
