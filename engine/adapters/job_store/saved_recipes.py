"""The recipes that people saved, by workspace."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from engine.adapters.job_store.tables import saved_recipes
from engine.domain.saved import SavedRecipe


def save(connection: Connection, recipe: SavedRecipe) -> bool:
    """False, and nothing is stored, where the workspace has one of that name."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {name: getattr(recipe, name) for name in SavedRecipe.__slots__}
    statement = insert(saved_recipes).values(**row).on_conflict_do_nothing().returning(saved_recipes.c.id)
    return connection.scalar(statement) is not None


def of(connection: Connection, workspace: str, name: str = "") -> tuple[SavedRecipe, ...]:
    """All of a workspace, or the one of this name, by name."""
    found = sa.select(saved_recipes).where(_there(workspace, name)).order_by(saved_recipes.c.name)
    columns = SavedRecipe.__slots__
    return tuple(SavedRecipe(**{c: row[c] for c in columns}) for row in connection.execute(found).mappings())


def remove(connection: Connection, workspace: str, name: str) -> bool:
    return bool(connection.execute(sa.delete(saved_recipes).where(_there(workspace, name))).rowcount)


def _there(workspace: str, name: str) -> sa.ColumnElement[bool]:
    conditions: list[Any] = [saved_recipes.c.workspace == workspace]
    return sa.and_(*conditions, *([saved_recipes.c.name == name] if name else []))
