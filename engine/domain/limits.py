"""How much people may ask for, what they used of it, and the answer to whoever asked for more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from engine.domain.job import Origin
from engine.domain.request import DrawParams, Kind, Request

_UTC = ZoneInfo("UTC")


class Scope(StrEnum):
    """Whose requests are counted together."""

    USER = "user"
    CHANNEL = "channel"
    WORKSPACE = "workspace"


class Limit(StrEnum):
    """What a request can be too much of."""

    REQUESTS_PER_MINUTE = "requests_per_minute"
    JOBS_AT_ONCE = "jobs_at_once"
    IMAGES_PER_DAY = "images_per_day"
    TOKENS_PER_DAY = "tokens_per_day"
    USD_PER_DAY = "usd_per_day"
    USD_PER_MONTH = "usd_per_month"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Quota:
    """The limits of one user, channel or workspace; None is no limit."""

    requests_per_minute: int | None = None
    jobs_at_once: int | None = None
    """Waiting and running ones."""
    images_per_day: int | None = None
    tokens_per_day: int | None = None
    """Read and written ones, of whatever model."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What models that cost money may cost in all; None is no limit."""

    usd_per_day: float | None = None
    usd_per_month: float | None = None
    warn_at: float = 0.8
    """The share of it at which the channel is told."""
    channel: str = ""
    """Who runs the app reads it here; "" for nobody."""
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class Denial:
    """Why a request is not taken now."""

    limit: Limit
    scope: Scope
    most: float
    """The limit: a count, US dollars or, for the queue, seconds, or how many may wait."""
    used: float
    """What counts against it, without this request."""
    asked: int = 1
    """Images that this request is for."""
    wait_s: float | None = None
    """Until there is room again or, for the queue, how long this request would wait; None if nobody can tell."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a user, a channel or a workspace has open, and used since the day began."""

    jobs: int = 0
    """Waiting and running."""
    open_images: int = 0
    """Asked for by those."""
    images: int = 0
    tokens: int = 0
    cost_usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Spent:
    """What models that cost money cost so far, in US dollars."""

    today: float = 0.0
    this_month: float = 0.0


@dataclass(frozen=True, slots=True)
class Share:
    """What a user, a channel or a workspace used of what it may."""

    scope: Scope
    quota: Quota
    use: Use


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What to tell a person who asks what was used today."""

    shares: tuple[Share, ...]
    spent: Spent | None
    """For admins alone."""
    budget: Budget = Budget()
    until_tomorrow_s: float = 0.0
    """Until the day's counts begin anew."""


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits of an installation."""

    each: Mapping[Scope, Quota] = field(default_factory=dict)
    own: Mapping[tuple[Scope, str], Quota] = field(default_factory=dict)
    """By scope and id, for whom it is not as for everybody."""
    most_waiting: int | None = None
    """Jobs of one kind that may wait."""
    longest_wait_s: float | None = None
    budget: Budget = Budget()
    paid: Collection[tuple[Kind, str | None]] = frozenset()
    """Models that cost money, by the name that a request gives; None is the default."""
    admins: Collection[str] = frozenset()
    """Users who may see what the workspace used."""
    timezone: ZoneInfo = _UTC
    """Where a day begins."""

    def quota(self, scope: Scope, origin: Origin) -> Quota:
        return self.own.get((scope, scope_id(scope, origin)), self.each.get(scope, Quota()))

    def day(self, at: float) -> tuple[float, float]:
        """When the day that `at` is in begins and ends, in seconds since the epoch."""
        begin = datetime.fromtimestamp(at, self.timezone).replace(hour=0, minute=0, second=0, microsecond=0)
        return begin.timestamp(), (begin + timedelta(days=1)).timestamp()

    def month(self, at: float) -> tuple[float, float]:
        """When the month that `at` is in begins and ends."""
        begin = datetime.fromtimestamp(self.day(at)[0], self.timezone).replace(day=1)
        return begin.timestamp(), (begin + timedelta(days=32)).replace(day=1).timestamp()


NO_LIMITS = Limits()


def scope_id(scope: Scope, origin: Origin) -> str:
    match scope:
        case Scope.USER:
            return origin.user
        case Scope.CHANNEL:
            return origin.channel
        case _:
            return origin.workspace


def images_of(request: Request) -> int:
    """How many images a request is for."""
    return request.params.n if isinstance(request.params, DrawParams) else 0


def over_quota(quota: Quota, use: Use, scope: Scope, images: int, until_tomorrow_s: float) -> Denial | None:
    """The first limit that one more request, for so many images, would go over."""
    if quota.jobs_at_once is not None and use.jobs >= quota.jobs_at_once:
        return Denial(Limit.JOBS_AT_ONCE, scope, quota.jobs_at_once, use.jobs)
    drawn = use.images + use.open_images
    if images and quota.images_per_day is not None and drawn + images > quota.images_per_day:
        return Denial(Limit.IMAGES_PER_DAY, scope, quota.images_per_day, drawn, images, until_tomorrow_s)
    if quota.tokens_per_day is not None and use.tokens >= quota.tokens_per_day:
        return Denial(Limit.TOKENS_PER_DAY, scope, quota.tokens_per_day, use.tokens, wait_s=until_tomorrow_s)
    return None


def over_budget(limits: Limits, spent: Spent, open_usd: float, at: float) -> Denial | None:
    """The budget that is used up, once what waits and runs has cost `open_usd`, too.

    That is an estimate, and 0 before anything was paid for: it may end a little above.
    """
    budget, month, today = limits.budget, spent.this_month + open_usd, spent.today + open_usd
    if budget.usd_per_month is not None and month >= budget.usd_per_month:
        left_s = limits.month(at)[1] - at
        return Denial(Limit.USD_PER_MONTH, Scope.WORKSPACE, budget.usd_per_month, month, wait_s=left_s)
    if budget.usd_per_day is not None and today >= budget.usd_per_day:
        left_s = limits.day(at)[1] - at
        return Denial(Limit.USD_PER_DAY, Scope.WORKSPACE, budget.usd_per_day, today, wait_s=left_s)
    return None


def expected_wait_s(before: int, running: int, run_s: float | None) -> float | None:
    """How long a job waits with so many waiting before it, of which `running` are made at a time, in `run_s` each.

    None where nothing runs or nothing was measured: then nobody can tell.
    """
    if run_s is None or running == 0:
        return None
    return (before + 1) * run_s / running
