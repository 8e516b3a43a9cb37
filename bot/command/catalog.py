"""The models and recipes that a command may name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.domain.recipe import NO_RECIPES, Recipe, RecipeBook
from engine.domain.request import Kind


@dataclass(frozen=True, slots=True)
class Catalog:
    """What `--model` knows; the first of each is the default."""

    text_models: tuple[str, ...] = ()
    image_models: tuple[str, ...] = ()
    recipes: RecipeBook = NO_RECIPES
    """What `--recipe` knows."""

    def with_recipes(self, saved: Sequence[Recipe]) -> Catalog:
        """With these after its own, but for those of a name that is there already."""
        own = {recipe.name for recipe in self.recipes.recipes}
        more = tuple(recipe for recipe in saved if recipe.name not in own)
        return replace(self, recipes=RecipeBook((*self.recipes.recipes, *more)))

    def models(self, kind: Kind) -> tuple[str, ...]:
        return self.text_models if kind is Kind.COPY else self.image_models
