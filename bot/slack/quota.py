"""What people are told of limits: why a request is not taken now, and what was used of what there is. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bot.locales import t
from engine.domain.limits import Denial, Limit, Share, UsageReport

_IN_USD = (Limit.USD_PER_DAY, Limit.USD_PER_MONTH)
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400


def denied(locale: str, denial: Denial) -> str:
    """Which limit, how much, and when there is room again; in plain text, for forms too."""
    who, whose = t(locale, f"limit.who.{denial.scope.value}"), t(locale, f"limit.whose.{denial.scope.value}")
    wait = "" if denial.wait_s is None else duration(locale, denial.wait_s)
    most, used = (usd(n) if denial.limit in _IN_USD else f"{n:,.0f}" for n in (denial.most, denial.used))
    return t(locale, _key(denial), who=who, whose=whose, most=most, used=used, asked=denial.asked, wait=wait)


def _key(denial: Denial) -> str:
    """Waiting is no advice where there will never be room."""
    if denial.limit is Limit.QUEUE:
        return "limit.queue" if denial.wait_s is not None else "limit.queue_unknown"
    if denial.most == 0:
        return "limit.no_budget" if denial.limit in _IN_USD else "limit.nothing"
    if denial.limit is Limit.IMAGES_PER_DAY and denial.asked > denial.most:
        return "limit.images_at_once"
    return f"limit.{denial.limit.value}"


def usage(locale: str, report: UsageReport) -> str:
    """As mrkdwn, one paragraph for each whose use it is."""
    parts = ["\n".join(_share(locale, share)) for share in report.shares]
    if report.spent is not None:
        parts += filter(None, ["\n".join(_spent(locale, report))])
    parts.append(t(locale, "usage.renewed", wait=duration(locale, report.until_tomorrow_s)))
    return "\n".join(parts)


def duration(locale: str, seconds: float) -> str:
    """Rounded up to what a person would say: "40 s", "12 min", "5 h 10 min", "3 days"."""
    if seconds <= _MINUTE_S:
        return t(locale, "duration.seconds", count=max(1, math.ceil(seconds)))
    minutes = math.ceil(seconds / _MINUTE_S)
    if minutes < 60:
        return t(locale, "duration.minutes", count=minutes)
    if seconds <= 2 * _DAY_S:
        return t(locale, "duration.hours", hours=minutes // 60, minutes=minutes % 60)
    return t(locale, "duration.days", count=math.ceil(seconds / _DAY_S))


def usd(amount: float) -> str:
    return f"{amount:,.2f}"


def _share(locale: str, share: Share) -> Iterator[str]:
    quota, use = share.quota, share.use
    yield t(locale, f"usage.{share.scope.value}")
    yield t(locale, "usage.images", use=_of(locale, use.images + use.open_images, quota.images_per_day))
    yield t(locale, "usage.tokens", use=_of(locale, use.tokens, quota.tokens_per_day))
    yield t(locale, "usage.jobs", use=_of(locale, use.jobs, quota.jobs_at_once))
    if quota.requests_per_minute is not None:
        yield t(locale, "usage.requests", most=f"{quota.requests_per_minute:,}")
    if use.cost_usd:
        yield t(locale, "usage.cost", cost=usd(use.cost_usd))


def _spent(locale: str, report: UsageReport) -> Iterator[str]:
    spent, budget = report.spent, report.budget
    if spent is None:
        return
    if spent.this_month or budget.usd_per_month is not None or budget.usd_per_day is not None:
        yield t(locale, "usage.budget")
        yield t(locale, "usage.budget_day", use=_usd_of(locale, spent.today, budget.usd_per_day))
        yield t(locale, "usage.budget_month", use=_usd_of(locale, spent.this_month, budget.usd_per_month))


def _of(locale: str, used: float, most: float | None) -> str:
    if most is None:
        return t(locale, "usage.unlimited", used=f"{used:,}")
    return t(locale, "usage.of", used=f"{used:,}", most=f"{most:,}")


def _usd_of(locale: str, used: float, most: float | None) -> str:
    if most is None:
        return t(locale, "usage.unlimited", used=usd(used))
    return t(locale, "usage.of", used=usd(used), most=usd(most))
