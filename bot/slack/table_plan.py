"""A run over a table before it begins: what it will take, with buttons to start it or not; pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from bot.errors import PayloadError
from bot.locales import t
from bot.slack.blocks import Json, actions, button, context, section
from bot.slack.quota import duration
from bot.slack.text import cut, escape, escaped, one_line
from engine.domain.recipe import Recipe
from engine.domain.rows import Pace

START, DROP = "table_start", "table_drop"
MOST_VALUE = 2_000
"""What a button of Slack's carries at most, in characters."""
_PREPARED_S = 2.0
_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a run needs to know, carried by the button that starts it."""

    key: str
    """The same for the same message: pressed twice, it starts one run."""
    recipe: str
    table: Annotated[str, Field(pattern=r"^[0-9a-f]{64}\.csv$")]
    rows: Annotated[int, Field(ge=1)]
    fields: tuple[tuple[str, str], ...] = ()
    brief: str = ""
    lang: str | None = None
    model: str | None = None
    seed: int = 0
    thread: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{0,64}$")] = ""

    def __str__(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @property
    def fits(self) -> bool:
        return len(str(self)) <= MOST_VALUE


_PLAN = TypeAdapter(Plan)


def plan_of(value: str) -> Plan:
    """Raises PayloadError for what none of our buttons carries."""
    try:
        return _PLAN.validate_json(value)
    except ValidationError:
        raise PayloadError("a table's plan that is none of ours") from None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known of a run before it begins."""

    columns: tuple[tuple[str, str], ...]
    """Which column fills which of the recipe's fields."""
    others: tuple[str, ...]
    """Columns that are told to the model beside them."""
    left_out: int
    """Rows that lack something, and will be left out with a note."""
    pace: Pace
    at_once: int
    """How many texts are written in the time of one."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """Columns of a recipe and of a table that fills in none of its rows; those of the recipe with their labels."""

    lacking: tuple[str, ...]
    """Not there, or with values that cannot be used."""
    needed: tuple[str, ...]
    optional: tuple[str, ...]
    there: tuple[str, ...]
    in_form: bool
    """It came in a form, not with a message."""


def misfit(locale: str, recipe: Recipe, found: Misfit) -> str:
    """That no row can be written, as mrkdwn: what is missing, what the recipe asks for, and what to do."""
    columns = {"lacking": found.lacking, "needed": found.needed, "optional": found.optional, "there": found.there}
    told = {name: ", ".join(names) or "-" for name, names in columns.items()}
    told = {name: escape(cut(one_line(text), 500)) for name, text in told.items()}
    title = escape(cut(one_line(recipe.title.of(locale)), 80))
    again = t(locale, "table.again_in_form" if found.in_form else "table.again")
    return "\n".join([t(locale, "table.lacks", recipe=title, **told), again])


def offered(locale: str, recipe: Recipe, plan: Plan, outlook: Outlook) -> tuple[str, list[Json]]:
    """What notifications say, and the message for whoever sent the table."""
    title = t(locale, "table.plan", recipe=escape(cut(one_line(recipe.title.of(locale)), 80)), rows=plan.rows)
    lines = [f"• {_time(locale, plan, outlook)}", f"• {_cost(locale, plan, outlook)}"]
    used = ", ".join(f"{_shown(column)} → {name}" for column, name in outlook.columns[:_MOST_NAMED])
    lines += [f"• {t(locale, 'table.columns', columns=used)}"] if used else []
    others = ", ".join(_shown(column) for column in outlook.others[:_MOST_NAMED])
    lines += [f"• {t(locale, 'table.others', columns=others)}"] if others else []
    lines += [f"• {t(locale, 'table.left_out', count=outlook.left_out)}"] if outlook.left_out else []
    choices = (
        button(t(locale, "table.start"), START, str(plan), "primary"),
        button(t(locale, "table.drop"), DROP, plan.key),
    )
    return title, [section("\n".join([title, *lines])), actions(*choices), context(t(locale, "table.promise"))]


def seconds(rows: int, outlook: Outlook) -> float | None:
    """About how long that many rows take, written several at a time; None where nobody can tell."""
    if outlook.pace.seconds is None:
        return None
    return max(_PREPARED_S, -(-rows // outlook.at_once) * outlook.pace.seconds)


def _time(locale: str, plan: Plan, outlook: Outlook) -> str:
    found = seconds(plan.rows - outlook.left_out, outlook)
    return t(locale, "table.unknown") if found is None else t(locale, "table.time", time=duration(locale, found))


def _cost(locale: str, plan: Plan, outlook: Outlook) -> str:
    if outlook.pace.usd is None:
        return t(locale, "table.free")
    return t(locale, "table.cost", cost=f"{outlook.pace.usd * (plan.rows - outlook.left_out):.2f}")


def _shown(column: str) -> str:
    return f"“{escape(cut(one_line(column), 40, escaped))}”"
