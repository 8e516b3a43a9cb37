"""Remembers the Web API calls, for tests and for the curious."""

from __future__ import annotations

import time
from collections import deque

from bot.playground.model import Json

_KEPT = 5000


class Calls:
    """The newest calls; tokens are left out."""

    def __init__(self) -> None:
        self._calls: deque[Json] = deque(maxlen=_KEPT)

    def record(self, method: str, args: Json, status: int, error: str = "") -> None:
        shown = {key: value for key, value in args.items() if key != "token"}
        call: Json = {"method": method, "args": shown, "at": time.time(), "status": status, "ok": not error}
        self._calls.append(call | ({"error": error} if error else {}))

    def as_json(self) -> list[Json]:
        """Oldest first."""
        return list(self._calls)
