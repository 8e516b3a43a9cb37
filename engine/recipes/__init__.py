"""Recipes: what can be written and drawn by name, as data files with a schema; README.md beside this says how."""

from engine.recipes.book import build_recipes

__all__ = ["build_recipes"]
