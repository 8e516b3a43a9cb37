"""By what a text is written: recipes by name, and the voices of the company and its teams."""

from __future__ import annotations

from typing import Protocol

from engine.domain.job import Origin
from engine.domain.recipe import Recipe
from engine.domain.saved import SavedRecipe
from engine.domain.voice import Voice


class Recipes(Protocol):
    """What can be written and drawn by name."""

    def find(self, name: str) -> Recipe | None:
        """By name, in any case; None if there is none."""


class SavedRecipes(Protocol):
    """The recipes that people saved: a part of the JobStore. All methods raise StoreUnavailable."""

    def save_recipe(self, recipe: SavedRecipe) -> bool:
        """Keep a recipe that somebody made; False where their workspace has one of that name."""

    def saved_recipes(self, workspace: str, name: str = "") -> tuple[SavedRecipe, ...]:
        """What a workspace saved, by name; with a name, that one."""

    def remove_recipe(self, workspace: str, name: str) -> bool:
        """False where there is none of that name."""


class Voices(Protocol):
    """How the company and its teams write."""

    def of(self, origin: Origin) -> Voice:
        """All that holds for a text that is asked for there, by that user."""
