"""The processes of a real installation, started as deploy/compose.yaml starts them, on a real Redis and PostgreSQL."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from bot.play import free_port
from tests.support.compose import environment, start_command
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
MODELS = json.dumps({"instant": {"backend": "engine.bench.instant:InstantText", "model": "none"}})


@dataclass(frozen=True)
class Installation:
    slack: RunningPlayground
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]]
    monitors: dict[str, str] = field(default_factory=dict)
    """Where each is watched, by service."""

    def aigc(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bot", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder: Path = tmp_path_factory.mktemp("installation")
    port = free_port(0)
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server(folder / "redis"))
        database = stack.enter_context(postgres())
        config = playground_config(app_url=f"http://127.0.0.1:{port}/slack/events", quiet_only=True)
        slack = stack.enter_context(running_playground(config))
        given = {
            "POSTGRES_PASSWORD": "none",
            "AIGC_SLACK_BOT_TOKEN": BOT_TOKEN,
            "AIGC_SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "AIGC_TEXT_MODELS": MODELS,
            "AIGC_IMAGE_MODELS": MODELS,
        }
        here = {
            "AIGC_DATA_DIR": str(folder / "data"),
            "AIGC_REDIS_URL": redis.url,
            "AIGC_DATABASE_URL": database,
            "AIGC_SLACK_API_URL": slack.api_url,
            "AIGC_PORT": str(port),
        }
        processes: dict[str, subprocess.Popen[bytes]] = {}
        monitors = {service: f"http://127.0.0.1:{free_port(0)}" for service in SERVICES}
        for service in SERVICES:
            command = [sys.executable, "-m", "bot", *start_command(service)[1:]]
            settings = {**environment(service, given), **here, **_monitor(monitors[service])}
            processes[service] = stack.enter_context(_running(command, settings, folder / f"{service}.log"))
        until(lambda: _answers(f"http://127.0.0.1:{port}/health/ready"))
        everything = {**os.environ, **environment("bot", given), **here}
        yield Installation(slack, everything, processes, monitors)


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


def _monitor(url: str) -> dict[str, str]:
    """On one machine each needs a port of its own."""
    host, _, port = url.removeprefix("http://").partition(":")
    return {"AIGC_MONITOR_HOST": host, "AIGC_MONITOR_PORT": port}


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=2).status_code == 200
    except httpx2.HTTPError:
        return False


def test_a_command_comes_back_as_a_result(installation: Installation) -> None:
    installation.slack.act(user=ADA, do="command", channel=GENERAL, text="/aigc copy a bottle")
    until(lambda: any("AI-generated" in m["text"] for m in installation.slack.messages(ADA, GENERAL)))


@pytest.mark.parametrize("service", SERVICES)
def test_every_process_is_live_ready_and_measured(installation: Installation, service: str) -> None:
    monitor = installation.monitors[service]
    until(lambda: _answers(f"{monitor}/health/ready"))
    assert _answers(f"{monitor}/health/live")
    assert "process_cpu_seconds_total" in httpx2.get(f"{monitor}/metrics").text


def test_the_doctor_finds_nothing_wrong(installation: Installation) -> None:
    looked = installation.aigc("check")
    assert looked.returncode == 0, looked.stdout + looked.stderr
    for name in ("Redis", "Database", "Workers", "Slack token", "Slack scopes"):
        assert f"✓ {name}" in looked.stdout


def test_the_doctor_says_what_is_wrong_and_what_to_do(installation: Installation) -> None:
    ill = {
        "AIGC_REDIS_URL": "redis://127.0.0.1:1/0",
        "AIGC_SLACK_BOT_TOKEN": "xoxb-revoked",
        "AIGC_TEXT_MODELS": '{"lost": {"backend": "transformers", "model": "/no/such/folder"}}',
    }
    sick = Installation(installation.slack, {**installation.environment, **ill}, {})
    looked = sick.aigc("check")
    assert looked.returncode == 1
    for words in ("✗ Redis", "Start Redis", "✗ Slack token: invalid_auth", "✗ Text model lost", "3 things"):
        assert words in looked.stdout + looked.stderr
    assert "xoxb-revoked" not in looked.stdout + looked.stderr


def test_told_to_stop_each_ends_well(installation: Installation) -> None:
    for process in installation.processes.values():
        process.send_signal(signal.SIGTERM)
    codes = {process.wait(60) for process in installation.processes.values()}
    assert codes <= {0, -signal.SIGTERM}, "uvicorn ends by the signal itself, once it has cleaned up"
