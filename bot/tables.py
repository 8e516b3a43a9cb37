"""Use case: a CSV file and a recipe become a plan, which its sender starts, or not."""

from __future__ import annotations

from dataclasses import dataclass

from bot.front import Front
from bot.ports import Attachment, Place
from bot.slack.table_plan import Misfit, Outlook, Plan
from bot.wishes import ForRows
from engine.domain.filling import fill
from engine.domain.job import Job, Origin
from engine.domain.recipe import Recipe
from engine.domain.request import CopyParams, Kind, Request
from engine.domain.rows import columns_of, row_of
from engine.domain.table import Table
from engine.domain.work import ForEachRow

GAIN = 6
"""How many texts are written in the time of one where eight are written together, as measured on two cores."""
MOST_COLUMNS = 12
"""Of a table that does not fit, as many are named."""


@dataclass(frozen=True, slots=True)
class Given:
    """A table that somebody sent, with a message or in a form."""

    key: str
    """The same however often Slack tells of it."""
    file: Attachment
    place: Place
    """Where its sender reads."""
    in_form: bool = False


async def plan(front: Front, given: Given, wish: ForRows, origin: Origin) -> str:
    """Read the table and tell its sender what a run would take; or what is wrong with it.

    Raises OverLimit, FileError and StoreUnavailable.
    """
    recipe = front.reader.recipe(wish.recipe)
    if recipe is None:
        return front.words.say(origin.locale, "recipes.gone")
    await front.desk.ask(given.key, origin)
    blob, table = await front.uploads.keep_table(given.file)
    good = [number for number in range(len(table.rows)) if not _lacks(recipe, table, number, wish)]
    if not good:
        return front.words.table_lacks(origin.locale, recipe, _misfit(given, recipe, table, wish, origin.locale))
    made = Plan(
        run_key(given.key), recipe.name, blob, len(table.rows), wish.fields, wish.brief, wish.params.lang,
        wish.params.model, wish.params.seed, origin.thread,
    )  # fmt: skip
    if not made.fits:
        return front.words.say(origin.locale, "table.too_much_said")
    outlook = await _outlook(front, recipe, table, wish, len(table.rows) - len(good))
    text, blocks = front.words.table_plan(origin.locale, recipe, made, outlook)
    if front.once.first(given.key):
        front.whisper(given.place, origin.user, text, blocks)
    return ""


def run_key(key: str) -> str:
    """The dedupe key of the run that comes of the message with this key."""
    return f"rows:{key}"


async def start(front: Front, plan: Plan, origin: Origin) -> Job:
    """The run as a job; one for each message. Raises OverLimit and StoreUnavailable."""
    params = CopyParams(lang=plan.lang, model=plan.model, seed=plan.seed)
    work = ForEachRow(plan.recipe, plan.table, plan.rows, plan.fields)
    request = Request(Kind.COPY, plan.brief, params, work=work)
    return await front.desk.start(plan.key, origin, request)


async def _outlook(front: Front, recipe: Recipe, table: Table, wish: ForRows, left_out: int) -> Outlook:
    by_column = columns_of(recipe, table.columns)
    others = tuple(column for column in table.columns if column not in by_column)
    pace = await front.desk.pace(wish.params.model or front.reader.default_model())
    return Outlook(tuple(by_column.items()), others, left_out, pace, GAIN)


def _lacks(recipe: Recipe, table: Table, number: int, wish: ForRows) -> bool:
    given, _ = row_of(recipe, table, number, wish.fields)
    return bool(fill(recipe, given)[1])


def _misfit(sent: Given, recipe: Recipe, table: Table, wish: ForRows, locale: str) -> Misfit:
    """What no row has, by the first: a column, or a value that is right in it."""
    given, _ = row_of(recipe, table, 0, wish.fields)
    wrong = {each.field for each in fill(recipe, given)[1]}
    named = {each.name: f"{each.name} ({each.label.of(locale)})" for each in recipe.fields}
    return Misfit(
        lacking=tuple(named[each.name] for each in recipe.fields if each.name in wrong),
        needed=tuple(named[each.name] for each in recipe.fields if each.required),
        optional=tuple(named[each.name] for each in recipe.fields if not each.required),
        there=table.columns[:MOST_COLUMNS],
        in_form=sent.in_form,
    )
