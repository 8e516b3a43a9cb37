"""Remembers which language each person reads, without ever making an acknowledgement wait for Slack."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from bot.background import Background
from bot.locales import language_of

LookUp = Callable[[str], Awaitable[str]]
"""From a user id to Slack's locale of that user, e.g. "zh-CN" (users.info); "" if it cannot be had now."""

_MOST = 10_000
_ASK_AGAIN_S = 60.0


class People:
    """Answers at once from memory; asks Slack in the background when it does not know, or not any more."""

    def __init__(
        self, look_up: LookUp, background: Background, ttl_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._look_up = look_up
        self._background = background
        self._ttl_s = ttl_s
        self._clock = clock
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._asked: set[str] = set()

    def locale(self, user: str, text: str = "", *, before: str = "") -> str:
        """ "en" or "zh": the person's own setting if known, else as `before`, else a guess by what they wrote."""
        locale, until = self._known.get(user, ("", 0.0))
        if until <= self._clock() and user and user not in self._asked:
            self._asked.add(user)
            self._background.start(self._learn(user))
        return locale or before or language_of(text)

    async def sure(self, user: str, text: str = "") -> str:
        """As `locale`, but Slack is asked first where it is not known: for what nobody waits for."""
        if self._known.get(user, ("", 0.0))[1] <= self._clock():
            await self._learn(user)
        return self.locale(user, text)

    async def _learn(self, user: str) -> None:
        try:
            slack_locale = await self._look_up(user)
        finally:
            self._asked.discard(user)
        locale = "zh" if slack_locale.lower().startswith("zh") else "en" if slack_locale else ""
        self._known[user] = (locale, self._clock() + (self._ttl_s if locale else _ASK_AGAIN_S))
        self._known.move_to_end(user)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
