"""Trigger ids: the right to open a form for a person, once, within three seconds of what they did."""

from __future__ import annotations

import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.playground.errors import SlackError

_FORMAT = re.compile(r"\d+\.\d+\.[0-9a-f]{32}\Z")
_KEPT = 10_000


@dataclass(slots=True)
class _Trigger:
    user: str
    until: float
    view_id: str
    used: bool = False


class Triggers:
    def __init__(self, ttl_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._ttl_s = ttl_s
        self._clock = clock
        self._known: OrderedDict[str, _Trigger] = OrderedDict()

    def issue(self, user: str, view_id: str = "") -> str:
        """A new trigger id; `view_id` names the open view in which the person acted, if any."""
        number = secrets.randbelow(10**12)
        trigger_id = f"{number}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self._known[trigger_id] = _Trigger(user, self._clock() + self._ttl_s, view_id)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return trigger_id

    def exchange(self, trigger_id: str) -> tuple[str, str]:
        """The user and the view id it was issued for.

        Raises SlackError: invalid_trigger_id, expired_trigger_id, exchanged_trigger_id.
        """
        trigger = self._known.get(trigger_id)
        if trigger is None:
            known_form = _FORMAT.match(trigger_id)
            raise SlackError("expired_trigger_id" if known_form else "invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock() > trigger.until:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user, trigger.view_id
