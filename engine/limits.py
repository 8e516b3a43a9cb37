"""Reads the limits file: how much each user, channel and workspace may ask for, and what it may cost.

A file says only what differs from the built-in limits, which are generous: they stop a script, not a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, Field, field_validator

from engine.domain.limits import NO_LIMITS, Budget, Limits, Quota, Scope
from engine.domain.request import Kind
from engine.errors import ConfigurationError
from engine.oversight import Channel, User
from engine.settings import EngineSettings, ModelSpec
from engine.yaml_file import parse_yaml

_MINUTE_S = 60.0

Count = Annotated[int, Field(ge=0)]
Usd = Annotated[float, Field(ge=0)]


class QuotaSection(BaseModel):
    """Limits of one user, channel or workspace. null is no limit; what is absent stays as it was."""

    model_config = {"frozen": True, "extra": "forbid"}

    requests_per_minute: Count | None = None
    jobs_at_once: Count | None = None
    """Waiting and running ones."""
    images_per_day: Count | None = None
    tokens_per_day: Count | None = None

    def over(self, otherwise: Quota) -> Quota:
        """`otherwise`, with what this names."""
        return Quota(
            **{
                name: getattr(self, name) if name in self.model_fields_set else getattr(otherwise, name)
                for name in type(self).model_fields
            }
        )


class QueueSection(BaseModel):
    """When new requests are turned down because too much waits; null is never."""

    model_config = {"frozen": True, "extra": "forbid"}

    most_waiting: Count | None = 2000
    longest_wait_min: Annotated[float, Field(gt=0)] | None = 60.0


class BudgetSection(BaseModel):
    """What models that cost money may cost in all: prices are options of the models. null is no limit."""

    model_config = {"frozen": True, "extra": "forbid"}

    usd_per_day: Usd | None = None
    usd_per_month: Usd | None = None
    warn_at_percent: Annotated[float, Field(gt=0, le=100)] = 80.0
    channel: Channel | None = None
    """Who runs the app is told here, once at that share and once when it is used up; absent: the review channel."""
    lang: Literal["en", "zh"] = "en"


class LimitsFile(BaseModel):
    """The file's schema."""

    model_config = {"frozen": True, "extra": "forbid"}

    each_user: QuotaSection = QuotaSection()
    each_channel: QuotaSection = QuotaSection()
    each_workspace: QuotaSection = QuotaSection()
    users: dict[User, QuotaSection] = Field(default_factory=dict)
    channels: dict[Annotated[str, Field(pattern=r"^[CDG][A-Z0-9]{2,}$")], QuotaSection] = Field(default_factory=dict)
    workspaces: dict[Annotated[str, Field(pattern=r"^[TE][A-Z0-9]{2,}$")], QuotaSection] = Field(default_factory=dict)
    queue: QueueSection = QueueSection()
    budget: BudgetSection = BudgetSection()
    admins: list[User] = Field(default_factory=list)
    """Who may see with /aigc usage what the workspace used."""
    timezone: str = "UTC"
    """Where a day begins, e.g. Europe/Berlin."""

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is no time zone such as Europe/Berlin or Asia/Shanghai") from error
        return name


BUILT_IN: Mapping[Scope, Quota] = {
    Scope.USER: Quota(requests_per_minute=30, jobs_at_once=50, images_per_day=500, tokens_per_day=2_000_000),
    Scope.CHANNEL: Quota(),
    Scope.WORKSPACE: Quota(),
}


def load_limits(settings: EngineSettings, review_channel: str = "") -> Limits:
    """The limits of the settings. Raises ConfigurationError that names file, line and key."""
    if settings.limits_file == "none":
        return NO_LIMITS
    file = _read(settings.limits_file) if settings.limits_file else LimitsFile()
    each = {
        Scope.USER: file.each_user.over(BUILT_IN[Scope.USER]),
        Scope.CHANNEL: file.each_channel.over(BUILT_IN[Scope.CHANNEL]),
        Scope.WORKSPACE: file.each_workspace.over(BUILT_IN[Scope.WORKSPACE]),
    }
    exceptions = {Scope.USER: file.users, Scope.CHANNEL: file.channels, Scope.WORKSPACE: file.workspaces}
    queue, budget = file.queue, file.budget
    return Limits(
        each=each,
        own={(s, name): section.over(each[s]) for s, named in exceptions.items() for name, section in named.items()},
        most_waiting=queue.most_waiting,
        longest_wait_s=None if queue.longest_wait_min is None else queue.longest_wait_min * _MINUTE_S,
        budget=Budget(
            budget.usd_per_day,
            budget.usd_per_month,
            budget.warn_at_percent / 100,
            budget.channel or review_channel,
            budget.lang,
        ),
        paid=frozenset(_paid(settings)),
        admins=frozenset(file.admins),
        timezone=ZoneInfo(file.timezone),
    )


def _read(path: Path) -> LimitsFile:
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the limits file {path} cannot be read: {error}") from error
    return parse_yaml(text, str(path), LimitsFile)


def _paid(settings: EngineSettings) -> Iterator[tuple[Kind, str | None]]:
    for kind, models in ((Kind.COPY, settings.text_models), (Kind.DRAW, settings.image_models)):
        for number, (name, spec) in enumerate(models.items()):
            if costs(spec, settings):
                yield kind, name
                if number == 0:
                    yield kind, None


def costs(spec: ModelSpec, settings: EngineSettings) -> bool:
    """Whether somebody is paid for what this model makes: it has a price, or it is OpenAI's own server."""
    own_server = spec.options.get("base_url") or settings.openai_base_url
    return has_price(spec) or (spec.backend == "openai" and not own_server)


def has_price(spec: ModelSpec) -> bool:
    return any(name.startswith("usd_per_") and value is not None for name, value in spec.options.items())
