"""What is wanted of a table that came with a message: a text by a recipe for each of its rows.

Raises CommandError.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import cast

from bot.command import recipes
from bot.command.catalog import Catalog
from bot.command.clean import clean, visible
from bot.command.flags import NAMES, WORDY
from bot.command.quotes import unquoted
from bot.command.request import read_params
from bot.command.scan import Scan, scan
from bot.errors import CommandError
from bot.wishes import ForRows
from engine.domain.filling import with_defaults
from engine.domain.recipe import Recipe
from engine.domain.request import CopyParams, Kind

_ABOUT_ROWS = re.compile(r"recipe|\brows?\b|\blines?\b|\bcsv\b|配方|每行|每一行|逐行|表格", re.IGNORECASE)
_BRIEF = re.compile(r"[:：]\s*(?P<brief>\S.*)", re.DOTALL)
MOST_BRIEF = 500
"""Longest brief for all rows, in characters."""
MOST_NAMED = 6


def read_table_wish(text: str, catalog: Catalog, new_seed: int) -> ForRows | None:
    """None where the words beside the table do not speak of its rows.

    The recipe is named by `--recipe`, or by its name or title anywhere. What follows a colon is for every row.
    """
    found = scan(clean(text), NAMES, WORDY)
    asked = recipes.named(Kind.COPY, found, catalog)
    recipe = asked.recipe if asked else _mentioned(found.brief, catalog)
    if recipe is None:
        if _ABOUT_ROWS.search(found.brief):
            known = ", ".join(each.name for each in catalog.recipes.of(Kind.COPY)[:MOST_NAMED])
            raise CommandError("table_without_recipe", known=known or "-")
        return None
    params = read_params(Kind.COPY, found, asked.rest if asked else found.flags, catalog, new_seed)
    params = replace(cast(CopyParams, with_defaults(recipe, params, catalog.models(Kind.COPY))), n=1)
    return ForRows(recipe.name, tuple(asked.fields.items()) if asked else (), _brief(found), params)


def _mentioned(text: str, catalog: Catalog) -> Recipe | None:
    """The recipe whose name or title stands there; the longest of several."""
    said = text.casefold()
    words = ((word.casefold(), recipe) for recipe in catalog.recipes.of(Kind.COPY) for word in _words(recipe))
    return max(
        ((len(word), recipe) for word, recipe in words if word in said), key=lambda pair: pair[0], default=(0, None)
    )[1]


def _words(recipe: Recipe) -> tuple[str, ...]:
    return (recipe.name, recipe.name.replace("-", " "), *recipe.title.both)


def _brief(found: Scan) -> str:
    said = _BRIEF.search(found.brief)
    brief = visible(unquoted(said["brief"])) if said else ""
    if len(brief) > MOST_BRIEF:
        raise CommandError("brief_too_long", most=MOST_BRIEF, count=len(brief))
    return brief
