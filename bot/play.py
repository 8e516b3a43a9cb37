"""What `aigc play` is made of: its folder, ports, secrets and processes."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import TracebackType

from bot.supervisor import Program, Supervisor
from engine.adapters.redis_progress import connect
from engine.adapters.worker_board import WorkerBoard
from engine.settings import EngineSettings
from engine.timing import Timing

EMBEDDED_ONLY = {
    "AIGC_DATABASE_URL": "",
    "AIGC_BROKER_URL": "",
    "AIGC_ARTIFACT_URL": "",
    "AIGC_SLACK_MODE": "http",
    "AIGC_SLACK_COMMAND": "/aigc",
}
"""Settings that keep a process to what is embedded, whatever the environment and .env say."""

POLICY = Path(__file__).with_name("play_policy.yaml")
"""Unless AIGC_POLICY_FILE names another, to try it here."""

LIMITS = Path(__file__).with_name("play_limits.yaml")
"""Unless AIGC_LIMITS_FILE names another, so that somebody may add to the knowledge base."""

Wait = Callable[[], None]
Step = tuple[str, Callable[[Wait], None]]


class PlayError(Exception):
    """Play cannot start; the message says what to do."""


class Play:
    """The product on one machine. A context manager: on leaving, every process is stopped."""

    def __init__(self, data: Path, port: int, *, fresh: bool) -> None:
        self.data = data
        self.logs = data / "logs"
        self.fresh = fresh
        self._wanted_port = port

    def __enter__(self) -> Play:
        self.data.mkdir(parents=True, exist_ok=True)
        self._lock = (self.data / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise PlayError(f"Already running on {self.data}. Stop it, or name another folder with --data.") from None
        if self.fresh:
            self._forget()
        shutil.rmtree(self.logs, ignore_errors=True)
        self.port = free_port(self._wanted_port)
        self.address = f"http://127.0.0.1:{self.port}"
        self.bot_port, self.redis_port = free_port(0), free_port(0)
        self.supervisor = Supervisor(self.logs, self._environment(), Timing.of(EngineSettings()).stop_s)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.supervisor.stop()
        self._lock.close()

    def steps(self) -> Iterator[Step]:
        """What is started, in order: a title to show, and a function that returns when it is up.

        All but the first start together: the models take longest to load, and nothing waits for another.
        """
        redis = Program("redis", ("redis", "--port", str(self.redis_port)), self._redis_answers)
        yield "Redis", partial(self.supervisor.start, redis)
        programs = self._programs()
        for program in programs.values():
            self.supervisor.launch(program)
        for title, program in programs.items():
            yield title, partial(self.supervisor.await_ready, program)

    def latest_log_line(self) -> str:
        """What the model worker said last, for the person who waits; "" before it says anything."""
        log = self.logs / "generate.log"
        if not log.exists():
            return ""
        lines = [line for line in log.read_text(errors="replace").splitlines() if "loading" in line]
        return lines[-1][-60:] if lines else ""

    def _programs(self) -> dict[str, Program]:
        """Everything but Redis, by title."""
        app_url = f"http://127.0.0.1:{self.bot_port}/slack/events"
        page = ("workspace", "--port", str(self.port), "--data", str(self.data / "workspace"), "--app-url", app_url)
        health = f"http://127.0.0.1:{self.bot_port}/health/ready"
        return {
            "Local workspace": Program("workspace", page, lambda: _answers(f"{self.address}/healthz")),
            "Bot": Program("bot", ("serve",), lambda: _answers(health)),
            "Delivery worker": Program("deliver", ("worker", "deliver"), lambda: self._works("deliver")),
            "Model worker": Program("generate", ("worker", "generate"), lambda: self._works("copy"), 300),
        }

    def _redis_answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.redis_port), timeout=1) as link:
                link.sendall(b"PING\r\n")
                return link.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def _works(self, work: str) -> bool:
        board = WorkerBoard(connect(f"redis://127.0.0.1:{self.redis_port}/0"))
        return any(work in sign.work for sign in board.ready())

    def _forget(self) -> None:
        """All but the converted models, which are nobody's data and take seconds to make."""
        for entry in self.data.iterdir():
            if entry.name in ("lock", "models"):
                continue
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def _environment(self) -> dict[str, str]:
        """All that leads out of this machine is set here, so that no .env of a real installation can."""
        return {
            **EMBEDDED_ONLY,
            "AIGC_DATA_DIR": str(self.data),
            "AIGC_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "AIGC_SLACK_API_URL": f"{self.address}/api/",
            "AIGC_HOST": "127.0.0.1",
            "AIGC_PORT": str(self.bot_port),
            "AIGC_PUBLIC_URL": f"http://127.0.0.1:{self.bot_port}",
            "AIGC_POLICY_FILE": str(EngineSettings().policy_file or POLICY),
            "AIGC_LIMITS_FILE": str(EngineSettings().limits_file or LIMITS),
            "AIGC_LOG_LEVEL": os.environ.get("AIGC_LOG_LEVEL", "INFO"),
            "PYTHONUNBUFFERED": "1",
            **self._secrets(),
        }

    def _secrets(self) -> dict[str, str]:
        """Tokens that the local workspace and the bot share; made once, kept where only the owner can read."""
        path = self.data / "secrets.json"
        if not path.exists():
            made = {
                "AIGC_SLACK_SIGNING_SECRET": secrets.token_hex(16),
                "AIGC_SLACK_BOT_TOKEN": f"xoxb-play-{secrets.token_hex(12)}",
                "AIGC_SLACK_APP_TOKEN": f"xapp-play-{secrets.token_hex(12)}",
            }
            with open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                json.dump(made, file)
        known: dict[str, str] = json.loads(path.read_text())
        return known


def free_port(wanted: int) -> int:
    """`wanted` if nobody listens there, else any free port of the loopback address."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            number: int = probe.getsockname()[1]
            return number
    raise PlayError("No free port on 127.0.0.1.")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
