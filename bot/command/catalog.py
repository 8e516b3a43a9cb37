"""The models and recipes that a command may name."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.recipe import NO_RECIPES, RecipeBook
from engine.domain.request import Kind


@dataclass(frozen=True, slots=True)
class Catalog:
    """What `--model` knows; the first of each is the default."""

    text_models: tuple[str, ...] = ()
    image_models: tuple[str, ...] = ()
    recipes: RecipeBook = NO_RECIPES
    """What `--recipe` knows."""

    def models(self, kind: Kind) -> tuple[str, ...]:
        return self.text_models if kind is Kind.COPY else self.image_models
