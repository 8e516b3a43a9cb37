"""A run over a table: what each row fills in, what came of it, and what a run will take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain.recipe import Recipe
from engine.domain.result import Shortfall
from engine.domain.table import Table


@dataclass(frozen=True, slots=True)
class RowMade:
    """What came of one row; it has a text or a problem."""

    row: int
    """0-based."""
    text: str = ""
    problem: str = ""
    """Why there is no text: "refused", "leaked", "field", "empty_output", or an error's code."""
    detail: str = ""
    """Which categories, field or code; never anybody's words."""
    shortfalls: tuple[Shortfall, ...] = ()
    """Checks of the recipe that the text does not pass."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What one text took lately; None where nobody can tell yet, or pays."""

    seconds: float | None = None
    usd: float | None = None


def columns_of(recipe: Recipe, columns: Sequence[str]) -> dict[str, str]:
    """Which column fills which field: by the field's name, or by its label in either language."""
    names = {_bare(word): each.name for each in recipe.fields for word in (*each.label.both, each.name)}
    return {column: names[_bare(column)] for column in columns if _bare(column) in names}


def row_of(
    recipe: Recipe, table: Table, number: int, fields: Sequence[tuple[str, str]] = ()
) -> tuple[dict[str, str], str]:
    """What fills in the recipe for one row, `fields` where its cells say nothing, and its other cells as lines."""
    given, rest = dict(fields), list[str]()
    by_column = columns_of(recipe, table.columns)
    for column, cell in zip(table.columns, table.rows[number], strict=True):
        if cell and column in by_column:
            given[by_column[column]] = cell
        elif cell:
            rest.append(f"{column}: {cell}")
    return given, "\n".join(rest)


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
