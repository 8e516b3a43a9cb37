"""`aigc play` as people and scripts run it: a process of its own, with all of the product's processes below it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import psutil

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


def test_a_command_is_answered_and_ctrl_c_leaves_no_process_behind(tmp_path: Path) -> None:
    with play(tmp_path) as (process, address):
        deed = {"user": ADA, "do": "command", "channel": GENERAL, "text": "/aigc copy a bottle"}
        assert _ask(address, "/people/act", deed)["acknowledged"]
        until(lambda: any("AI-generated" in text for text in _texts(address)))
        family = _family(process)
        assert len(family) >= 5
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        until(lambda: _gone(family))


def test_what_was_said_is_there_the_next_time_and_forgotten_when_fresh(tmp_path: Path) -> None:
    def messages_after(*arguments: str, say: str = "") -> list[str]:
        with play(tmp_path, *arguments) as (process, address):
            if say:
                _ask(address, "/people/act", {"user": ADA, "do": "message", "channel": GENERAL, "text": say})
            texts = _texts(address)
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        return texts

    assert "remember me" in messages_after(say="remember me")
    assert "remember me" in messages_after()
    assert "remember me" not in messages_after("--fresh")


def test_killed_outright_it_leaves_no_process_behind(tmp_path: Path) -> None:
    with play(tmp_path) as (process, _):
        family = _family(process)
        process.kill()
        until(lambda: _gone(family), 30)


def test_a_port_that_is_taken_is_left_alone(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with play(tmp_path, "--port", str(port)) as (_, address):
            assert not address.endswith(f":{port}")
            assert _ask(address, "/healthz")


def test_a_second_one_on_the_same_folder_is_told_so(tmp_path: Path) -> None:
    with play(tmp_path):
        command = [sys.executable, "-m", "bot", "play", "--no-browser", "--data", str(tmp_path)]
        second = subprocess.run(
            command, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True, timeout=60, check=False
        )
    assert second.returncode == 1
    assert "Already running" in second.stderr


def test_wrong_settings_are_named_and_not_echoed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "play", "--no-browser", "--data", str(tmp_path)]
    environment = {**os.environ, **ENVIRONMENT, "AIGC_TORCH_THREADS": "xyzzy"}
    failed = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert failed.returncode == 1
    assert "AIGC_TORCH_THREADS" in failed.stderr
    assert "xyzzy" not in failed.stderr
