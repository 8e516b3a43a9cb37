"""`aigc play` as people and scripts run it: a process of its own, with all of the product's processes below it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from tests.support.play import play as running_play
from tests.support.slack import ADA, GENERAL
from tests.support.waiting import until

INSTANT = json.dumps({"instant": {"backend": "engine.bench.instant:InstantText", "model": "none"}})
ENVIRONMENT = {"AIGC_TEXT_MODELS": INSTANT, "AIGC_IMAGE_MODELS": INSTANT}
play = partial(running_play, environment=ENVIRONMENT)


def _ask(address: str, path: str, deed: dict[str, str] | None = None) -> Any:
    if deed is None:
        return httpx2.get(address + path, timeout=20).json()
    return httpx2.post(address + path, json=deed, timeout=20).json()


def _texts(address: str) -> list[str]:
    messages = _ask(address, f"/people/messages?user={ADA}&channel={GENERAL}")["messages"]
    return [message["text"] for message in messages]


def _family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def _gone(processes: list[psutil.Process]) -> bool:
    return not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the tests start the product in, one after another."""
    return tmp_path_factory.mktemp("play")


@pytest.fixture(scope="module")
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture(scope="module")
def running(folder: Path, taken: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with play(folder, "--port", str(taken)) as started:
        yield started


def test_a_port_that_is_taken_is_left_alone(running: tuple[subprocess.Popen[str], str], taken: int) -> None:
    _, address = running
    assert not address.endswith(f":{taken}")
    assert _ask(address, "/healthz")


def test_a_second_one_on_the_same_folder_is_told_so(running: tuple[subprocess.Popen[str], str], folder: Path) -> None:
    command = [sys.executable, "-m", "bot", "play", "--no-browser", "--data", str(folder)]
    second = subprocess.run(
        command, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True, timeout=60, check=False
    )
    assert second.returncode == 1
    assert "Already running" in second.stderr


def test_a_command_is_answered_and_ctrl_c_leaves_no_process_behind(
    running: tuple[subprocess.Popen[str], str],
) -> None:
    process, address = running
    deed = {"user": ADA, "do": "command", "channel": GENERAL, "text": "/aigc copy a bottle"}
    assert _ask(address, "/people/act", deed)["acknowledged"]
    until(lambda: any("AI-generated" in text for text in _texts(address)))
    family = _family(process)
    assert len(family) >= 5
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    until(lambda: _gone(family))


def test_what_was_said_is_there_the_next_time_and_killed_outright_it_leaves_no_process_behind(folder: Path) -> None:
    with play(folder) as (process, address):
        assert any("AI-generated" in text for text in _texts(address))
        family = _family(process)
        process.kill()
        until(lambda: _gone(family), 30)


def test_started_fresh_it_has_forgotten_what_was_said(folder: Path) -> None:
    with play(folder, "--fresh") as (process, address):
        assert not any("AI-generated" in text for text in _texts(address))
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_wrong_settings_are_named_and_not_echoed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "play", "--no-browser", "--data", str(tmp_path)]
    environment = {**os.environ, **ENVIRONMENT, "AIGC_TORCH_THREADS": "xyzzy"}
    failed = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert failed.returncode == 1
    assert "AIGC_TORCH_THREADS" in failed.stderr
    assert "xyzzy" not in failed.stderr
