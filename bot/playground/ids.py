"""Makes identifiers that look like Slack's."""

from __future__ import annotations

import secrets
import time

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_last_us = 0


def new_id(prefix: str, length: int = 10) -> str:
    """E.g. "Ev0XKJ2P4Q7Z"."""
    return prefix + "0" + "".join(secrets.choice(_LETTERS) for _ in range(length - 1))


def new_ts() -> str:
    """A message timestamp: seconds and microseconds since 1970, never given twice, always growing."""
    global _last_us  # noqa: PLW0603 - one clock for the process
    _last_us = max(_last_us + 1, int(time.time() * 1_000_000))
    return f"{_last_us // 1_000_000}.{_last_us % 1_000_000:06d}"


def new_block_id() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(5))
