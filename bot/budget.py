"""Tells whoever runs the app that the budget for models is nearly used up, and that it is: once for each."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.errors import DeliveryError
from bot.locales import t
from bot.ports import Mark, Messenger, Place
from bot.slack.blocks import section
from bot.slack.quota import duration, usd
from engine.domain.limits import Limits, Spent
from engine.errors import EngineError
from engine.ports import UsageLog

log = logging.getLogger(__name__)

EVERY_S = 60.0
_CLOCKS_AGREE_S = 60.0


@dataclass(frozen=True, slots=True)
class Notice:
    """What there is to say of one budget in this day or month."""

    name: str
    """Of what is said once: another amount, day or month is another notice."""
    kind: str
    """nearly_day, over_day, nearly_month or over_month."""
    spent: float
    most: float
    """Both in US dollars."""
    begins: float
    ends: float
    """Of the day or month, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class BudgetWatch:
    """Looks again and again, in any number of processes: the database says who is the first to tell.

    A process that is killed between being the first and telling takes that notice with it. A post whose answer was
    lost is looked for by its mark before it is made again.
    """

    usage: UsageLog
    messenger: Messenger
    limits: Limits
    clock: Callable[[], float] = time.time

    def look(self) -> int:
        """Tell what has not been told; how many notices that were. Raises DeliveryError and StoreUnavailable."""
        now = self.clock()
        return sum(self._tell(notice, now) for notice in notices(self.limits, self.usage.spent(self.limits), now))

    def run(self, every_s: float, stop: threading.Event) -> None:
        """Until `stop` is set, or at once without a budget; trouble is logged, and the next round tries again."""
        budget = self.limits.budget
        if budget.usd_per_day is None and budget.usd_per_month is None:
            return
        while not stop.wait(every_s):
            try:
                self.look()
            except (DeliveryError, EngineError) as error:
                log.warning("nobody was told how much of the budget is used up, will try again: %s", error)
            except Exception:
                log.exception("nobody was told how much of the budget is used up")

    def _tell(self, notice: Notice, now: float) -> bool:
        if not self.usage.first_notice(notice.name):
            return False
        try:
            self._post(notice, now)
        except BaseException:
            self.usage.forget_notice(notice.name)
            raise
        return True

    def _post(self, notice: Notice, now: float) -> None:
        budget = self.limits.budget
        place, mark = Place(budget.channel), Mark(notice.name)
        known = place.channel and self.messenger.find(place, mark, (notice.begins, now + _CLOCKS_AGREE_S))
        if place.channel and not known:
            text = said(budget.lang, notice, now)
            self.messenger.post(place, text, [section(text)], mark)
        log.warning("%s: US$ %s are spent", notice.name, usd(notice.spent))


def notices(limits: Limits, spent: Spent, now: float) -> Iterator[Notice]:
    """What there is to say now, of the day and of the month; that a budget of nothing is used up is no news."""
    budget = limits.budget
    for period, most, used, (begins, ends) in (
        ("day", budget.usd_per_day, spent.today, limits.day(now)),
        ("month", budget.usd_per_month, spent.this_month, limits.month(now)),
    ):
        if most and used >= budget.warn_at * most:
            kind = f"{'over' if used >= most else 'nearly'}_{period}"
            date = datetime.fromtimestamp(begins, limits.timezone).date().isoformat()
            yield Notice(f"budget {kind} {date} of {most:g}", kind, used, most, begins, ends)


def said(locale: str, notice: Notice, now: float) -> str:
    """As mrkdwn."""
    return t(
        locale,
        f"budget.{notice.kind}",
        spent=usd(notice.spent),
        most=usd(notice.most),
        percent=f"{100 * notice.spent // notice.most:.0f}",
        wait=duration(locale, notice.ends - now),
    )
