"""What the app answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from bot.playground.model import Json

Kind = Literal["events_api", "interactive", "slash_commands"]
"""The three sorts of request, by their Socket Mode names."""


@dataclass(frozen=True, slots=True)
class Ack:
    """An acknowledgement, or the lack of one."""

    ok: bool
    body: Any = None
    """The decoded JSON, or the text if it is none."""
    problem: str = ""
    """Slack's retry reason: http_timeout, http_error, connection_failed ..."""
    no_retry: bool = False


@dataclass(frozen=True, slots=True)
class Retry:
    """This delivery is a repetition."""

    number: int
    reason: str


def acknowledged(ack: Ack) -> Json:
    """What the person's act answers of it."""
    return {"acknowledged": ack.ok} | ({"problem": ack.problem} if ack.problem else {})
