"""How long Slack waits for an acknowledgement, with the request durable, beside servers that do nothing.

Each server is a process of its own and so is the load; they take turns on one machine, in one run, so that the
ratios mean something where the milliseconds do not.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.play import EMBEDDED_ONLY, free_port
from engine.adapters.embedded_redis import EmbeddedRedis
from engine.bench.measurement import Measurement

SECRET = "bench"  # noqa: S105 - both ends are ours
CONCURRENCY = (1, 16, 64)
SECONDS = 5.0
_START_S = 30.0


@dataclass(frozen=True, slots=True)
class Times:
    """What one load saw: milliseconds at the median and for all but one in a hundred, and answers per second."""

    p50_ms: float
    p99_ms: float
    per_s: float


def run() -> list[Measurement]:
    """Ours, a default `App` and a bare `AsyncApp`, each under 1, 16 and 64 slash commands at a time."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedRedis(Path(folder) / "redis") as redis:
        ours = measure(("-m", "bot", "serve"), _environment(Path(folder), redis.url))
        app = measure(("-m", "bot.bench.peers", "app"))
        bare = measure(("-m", "bot.bench.peers", "async_app"))
    return [line for n in CONCURRENCY for line in _lines(n, ours[n], app[n], bare[n])]


def measure(command: Sequence[str], environment: Mapping[str, str] | None = None) -> dict[int, Times]:
    """By number of commands at a time."""
    with _server(command, environment or {}) as url:
        return {n: _load(url, n) for n in CONCURRENCY}


def _lines(n: int, ours: Times, app: Times, bare: Times) -> Iterator[Measurement]:
    name = f"acknowledgement, {n} at a time"
    yield Measurement(f"{name}: p50", ours.p50_ms, "ms", note=f"App {app.p50_ms:.1f}, AsyncApp {bare.p50_ms:.1f}")
    yield Measurement(f"{name}: p99", ours.p99_ms, "ms", note=f"App {app.p99_ms:.1f}, AsyncApp {bare.p99_ms:.1f}")
    yield Measurement(f"{name}: rate", ours.per_s, "1/s", note=f"App {app.per_s:.0f}, AsyncApp {bare.per_s:.0f}")
    most = {1: "at most 0.33", 16: "at most 0.17"}.get(n, "")
    yield Measurement(f"{name}: p50 over App", ours.p50_ms / app.p50_ms, "x", most, "a default App, empty handler")
    yield Measurement(f"{name}: p50 over AsyncApp", ours.p50_ms / bare.p50_ms, "x", "at most 3", "stores nothing")


def _environment(folder: Path, redis_url: str) -> dict[str, str]:
    return {
        **EMBEDDED_ONLY,
        "AIGC_LIMITS_FILE": "none",  # one person sends it all
        "AIGC_DATA_DIR": str(folder / "data"),
        "AIGC_REDIS_URL": redis_url,
        "AIGC_SLACK_SIGNING_SECRET": SECRET,
        "AIGC_SLACK_BOT_TOKEN": "xoxb-bench",
        "AIGC_SLACK_API_URL": "http://127.0.0.1:9/",
        "AIGC_LOG_LEVEL": "ERROR",
    }


@contextmanager
def _server(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[str]:
    """Its address, once it answers."""
    port = free_port(0)
    peer = (str(port), SECRET) if "bot.bench.peers" in command else ()
    process = subprocess.Popen(
        [sys.executable, *command, *peer], env={**os.environ, **environment, "AIGC_PORT": str(port)}
    )
    try:
        _wait(f"http://127.0.0.1:{port}/health/ready", process)
        yield f"http://127.0.0.1:{port}/slack/events"
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError("the server to measure did not start")


def _load(url: str, concurrency: int) -> Times:
    arguments = [sys.executable, "-m", "bot.bench.load", url, SECRET, str(concurrency), str(SECONDS)]
    took = json.loads(subprocess.run(arguments, capture_output=True, check=True).stdout)
    return Times(statistics.median(took), statistics.quantiles(took, n=100)[98], len(took) / SECONDS)
