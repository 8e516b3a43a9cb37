"""Reads recipes that people saved, and finds them beside those that come with the app. The port Recipes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import yaml

from engine.domain.job import Job
from engine.domain.recipe import Recipe
from engine.domain.saved import SavedRecipe, name_of, recipe_file
from engine.errors import ConfigurationError
from engine.ports import Recipes, SavedRecipes
from engine.recipes.book import parse_recipe


def written(title: str, lineage: tuple[Job, ...], variant: int, author: str, at: float) -> SavedRecipe:
    """A thread as a recipe that its schema accepts. Raises ConfigurationError where it does not."""
    made = recipe_file(title, lineage, variant)
    text = yaml.safe_dump(made, allow_unicode=True, sort_keys=False)
    parse_recipe(text, name_of(title))
    return SavedRecipe(lineage[-1].origin.workspace, name_of(title), text, author, at)


def read(saved: SavedRecipe) -> Recipe | None:
    """What it says is data, whoever uses it; None for what another version saved and this one does not understand."""
    try:
        return replace(parse_recipe(saved.text, saved.name), quoted=True)
    except ConfigurationError:
        return None


@dataclass(frozen=True, slots=True)
class WorkspaceRecipes:
    """Those of the installation first, then those that this workspace saved."""

    recipes: Recipes
    store: SavedRecipes
    workspace: str

    def find(self, name: str) -> Recipe | None:
        if (known := self.recipes.find(name)) is not None:
            return known
        found = self.store.saved_recipes(self.workspace, name.strip().lower())
        return read(found[0]) if found else None
