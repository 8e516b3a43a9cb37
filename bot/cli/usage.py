"""`aigc usage`: what people and models used and cost, for whoever runs the app or pays for it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

import click

from bot.cli.moments import moment
from bot.cli.output import Column, print_list
from engine.domain.limits import Limits
from engine.domain.table import csv_line
from engine.domain.usage import By, UsageSum

if TYPE_CHECKING:
    from engine.settings import EngineSettings

MOST_DAYS = 400
_GROUPS = {
    By.USER: ("workspace", "user"),
    By.CHANNEL: ("workspace", "channel"),
    By.MODEL: ("model", "backend"),
    By.DAY: ("day",),
}
_SUMS = ("jobs", "succeeded", "prompt_tokens", "completion_tokens", "images", "run_s", "cost_usd")


@click.command()
@click.option("--by", type=click.Choice([by.value for by in By]), default=By.DAY.value, show_default=True)
@click.option("--since", default="", help="From this day or time on, e.g. 2026-11-01; without: this month's beginning.")
@click.option("--until", default="", help="Up to this day or time, without it.")
@click.option("--json", "form", flag_value="json", help="One JSON object a line.")
@click.option("--csv", "form", flag_value="csv", help="For a spreadsheet.")
def usage(by: str, since: str, until: str, form: str | None) -> None:
    """Show what was used: tokens, pictures, seconds of models and US dollars, by day, user, channel or model.

    Days, and times without a zone, are those of the limits file's time zone. Costs are known of models with a price.
    """
    from engine.limits import load_limits
    from engine.settings import EngineSettings

    settings, group = EngineSettings(), By(by)
    limits, now = load_limits(settings), time.time()
    begin = moment("--since", since, limits.month(now)[0], limits.timezone)
    end = moment("--until", until, now, limits.timezone)
    days = days_of(limits, begin, end) if group is By.DAY else []
    rows = [row_of(found, group, limits) for found in _sums(settings, group, begin, end, days)]
    header = [*_GROUPS[group], *_SUMS]
    if not form:
        columns = [Column(name.replace("_", " "), whole=True, figures=name in _SUMS) for name in header]
        print_list(columns, [[_shown(cell) for cell in row] for row in rows])
        return
    for line in _FORMS[form](header, rows):
        click.echo(line)


def days_of(limits: Limits, begin: float, end: float) -> list[float]:
    """When the days of [begin, end) began, in seconds since the epoch. Raises click.BadParameter."""
    days: list[float] = []
    at = limits.day(begin)[0]
    while at < end:
        if len(days) == MOST_DAYS:
            raise click.BadParameter(f"more than {MOST_DAYS} days; name a later day", param_hint="--since")
        days.append(at)
        at = limits.day(at)[1]
    return days


def row_of(found: UsageSum, by: By, limits: Limits) -> list[str | int | float | None]:
    """The cells of one line; a day as 2026-11-01, in the limits' time zone."""
    group = found.group
    if by is By.DAY:
        group = (datetime.fromtimestamp(float(group[0]), limits.timezone).date().isoformat(),)
    return [*group, *(getattr(found, name) for name in _SUMS)]


def _sums(settings: EngineSettings, by: By, begin: float, end: float, days: Sequence[float]) -> list[UsageSum]:
    from engine.adapters import factory

    with closing(factory.store(settings)) as store:
        return store.usage_sums(by, begin, end, days)


Rows = Sequence[Sequence[str | int | float | None]]


def _json(header: Sequence[str], rows: Rows) -> Iterator[str]:
    for row in rows:
        yield json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False)


def _csv(header: Sequence[str], rows: Rows) -> Iterator[str]:
    yield csv_line(header).rstrip()
    for row in rows:
        yield csv_line("" if cell is None else str(cell) for cell in row).rstrip("\r\n")


_FORMS: dict[str, Callable[[Sequence[str], Rows], Iterator[str]]] = {"json": _json, "csv": _csv}


def _shown(cell: str | int | float | None) -> str:
    match cell:
        case None:
            return "-"
        case float():
            return f"{cell:,.2f}"
        case int():
            return f"{cell:,}"
        case _:
            return cell
