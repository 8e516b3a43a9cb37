"""The relay's process: forwards its standard input to the broker. Imports neither Slack's libraries nor a model."""

from __future__ import annotations

import os
import signal
import sys

from bot.relay import forward
from bot.settings import LogSettings
from engine.adapters.celery_queue import CeleryQueue, make_celery
from engine.settings import EngineSettings
from engine.telemetry import logs

NICENESS = 10
"""Behind the bot's own process, where a person waits for an acknowledgement."""


def main() -> None:
    """Run until the bot's process closes the pipe; interrupts are that process's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(NICENESS)
    said = LogSettings()
    logs.configure(said.log_level, said.log_format, "relay")
    forward(sys.stdin, CeleryQueue(make_celery(EngineSettings())))


if __name__ == "__main__":
    main()
