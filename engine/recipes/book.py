"""Reads recipes: those that come with the app, and a company's own folder on top of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml

from engine.domain.filling import fill
from engine.domain.recipe import Recipe, RecipeBook
from engine.domain.request import Kind
from engine.errors import ConfigurationError
from engine.recipes.checks import shortfalls
from engine.recipes.schema import RecipeFile
from engine.settings import EngineSettings, ModelSpec
from engine.yaml_file import line_of, parse_yaml

ENDINGS = (".yaml", ".yml")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Every process reads the shipped recipes when it starts: libyaml takes a tenth of the time."""


def build_recipes(settings: EngineSettings) -> RecipeBook:
    """What this installation can make. A file of its own replaces the recipe of that name, others come after.

    Raises ConfigurationError that names file, line and field.
    """
    own = read_folder(settings.recipes_dir) if settings.recipes_dir else ()
    by_name = {recipe.name: recipe for recipe in (*shipped(), *own)}
    return RecipeBook(tuple(_placed(recipe, settings) for recipe in by_name.values()))


@cache
def shipped() -> tuple[Recipe, ...]:
    """Those that come with the app, in the order of their files; tests have looked at their examples."""
    return tuple(RecipeFile.model_validate(yaml.load(text, _LOADER)).domain() for _, text in shipped_texts())  # noqa: S506


def shipped_texts() -> Iterator[tuple[str, str]]:
    """Name and contents of each file that comes with the app."""
    for entry in sorted((files(__package__) / "shipped").iterdir(), key=lambda entry: entry.name):
        if _is_recipe(entry.name):
            yield entry.name, entry.read_text(encoding="utf-8")


def read_folder(folder: Path) -> tuple[Recipe, ...]:
    """All recipes of a folder, by file name. Raises ConfigurationError."""
    try:
        paths = sorted(path for path in folder.iterdir() if _is_recipe(path.name))
    except OSError as error:
        raise ConfigurationError(f"the recipes folder {folder} cannot be read: {error}") from error
    recipes: dict[str, Path] = {}
    read = []
    for path in paths:
        recipe = read_recipe(path)
        if recipe.name in recipes:
            raise ConfigurationError(f"{path}:1: name: {recipe.name} is in {recipes[recipe.name].name} already")
        recipes[recipe.name] = path
        read.append(recipe)
    return tuple(read)


def read_recipe(path: Path) -> Recipe:
    """Raises ConfigurationError."""
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the recipe {path} cannot be read: {error}") from error
    return parse_recipe(text, str(path))


def parse_recipe(text: str, source: str) -> Recipe:
    """A recipe whose examples are what they say. Raises ConfigurationError that names `source`, line and field."""
    recipe = parse_yaml(text, source, RecipeFile).domain()
    complaints = [
        f"{source}:{line_of(text, path)}: {'.'.join(map(str, path))}: {told}" for path, told in _untrue(recipe)
    ]
    if complaints:
        raise ConfigurationError("; ".join(complaints))
    return recipe


def _untrue(recipe: Recipe) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Worked examples that fail a check, and counterexamples that do not fail theirs."""
    for number, example in enumerate(recipe.examples):
        path = ("examples", number, "text")
        yield from ((path, told) for told in _unfilled(recipe, example.fields))
        for found in shortfalls(recipe, dict(example.fields), example.text, example.lang):
            told = ", ".join(f"{name} {value}" for name, value in found.params.items())
            yield path, f"this example fails {found.code}" + (f" ({told})" if told else "")
    for number, bad in enumerate(recipe.counterexamples):
        codes = {found.code for found in shortfalls(recipe, dict(bad.fields), bad.text, bad.lang)}
        if bad.fails not in codes:
            yield ("counterexamples", number, "fails"), f"{bad.fails} is not among what it fails: {sorted(codes)}"


def _unfilled(recipe: Recipe, fields: Iterable[tuple[str, str]]) -> Iterator[str]:
    _, wrong = fill(recipe, dict(fields))
    yield from (f"field {each.field}: {each.code}" for each in wrong)


def _placed(recipe: Recipe, settings: EngineSettings) -> Recipe:
    """The recipe in this installation: with the image model whose LoRA it needs, or the word that there is none."""
    models = settings.text_models if recipe.kind is Kind.COPY else settings.image_models
    if not recipe.lora:
        model = recipe.defaults.model if recipe.defaults.model in models else None
        return replace(recipe, defaults=replace(recipe.defaults, model=model))
    model = _with_lora(models, recipe.defaults.model)
    if model is None:
        return replace(recipe, missing="lora")
    return replace(recipe, defaults=replace(recipe.defaults, model=model))


def _with_lora(models: dict[str, ModelSpec], wanted: str | None) -> str | None:
    """The name of the wanted model, or else of the first, that has a LoRA."""
    having = [name for name, spec in models.items() if spec.options.get("lora")]
    return wanted if wanted in having else next(iter(having), None)


def _is_recipe(name: str) -> bool:
    return name.endswith(ENDINGS) and not name.startswith(".")
