"""Reads which recipe a command names and what it fills in: `--recipe NAME`, `--field key=value`, or `--key value`.

All functions raise CommandError.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from bot.command.catalog import Catalog
from bot.command.quotes import quoted
from bot.command.scan import Flag, Scan
from bot.errors import CommandError
from engine.domain.filling import Wrong, fill
from engine.domain.recipe import Field, FieldType, Recipe
from engine.domain.request import Kind
from engine.domain.work import FromRecipe

RECIPE, FIELD = "recipe", "field"
"""The flags, without their hyphens."""
MOST_NEAR = 3
_TEXTS = (FieldType.TEXT, FieldType.MULTILINE)


@dataclass(frozen=True, slots=True)
class Named:
    """A recipe that a command names, and the flags that fill it in."""

    recipe: Recipe
    fields: Mapping[str, str]
    rest: tuple[Flag, ...]
    """The flags that are none of the recipe's."""


def named(kind: Kind, found: Scan, catalog: Catalog) -> Named | None:
    """None where the command names no recipe."""
    flags = [flag for flag in found.flags if flag.name == RECIPE]
    if not flags:
        if lonely := next((flag for flag in found.flags if flag.name == FIELD), None):
            raise CommandError("field_without_recipe", found.with_flag(lonely, ""))
        return None
    recipe = _known(kind, found, flags[-1], catalog)
    by_flag = {each.name.replace("_", "-"): each.name for each in recipe.fields}
    fields: dict[str, str] = {}
    rest: list[Flag] = []
    for flag in found.flags:
        if flag.name == FIELD:
            key, value = _pair(recipe, found, flag)
            fields[key] = value
        elif flag.name in by_flag and flag.value is not None:
            fields[by_flag[flag.name]] = flag.value
        elif flag.name != RECIPE:
            rest.append(flag)
    return Named(recipe, fields, tuple(rest))


def filled(found: Scan, asked: Named, brief: str) -> tuple[FromRecipe, str]:
    """The work, and the brief that is left.

    A brief stands for the one text that is asked for and not given, where it is the only one.
    """
    recipe, fields = asked.recipe, dict(asked.fields)
    missing = [each for each in recipe.fields if each.required and not fields.get(each.name)]
    if brief and len(missing) == 1 and missing[0].type in _TEXTS:
        fields[missing[0].name], brief = brief, ""
    values, wrong = fill(recipe, fields)
    if absent := [each.field for each in wrong if each.code == "missing"]:
        named = {RECIPE: recipe.name, "fields": ", ".join(absent)}
        raise CommandError("missing_fields", _completed(recipe, found, absent), **named)
    if wrong:
        raise CommandError(f"field_{wrong[0].code}", "", **_told(recipe, wrong[0]))
    if not values and not brief:
        raise CommandError("missing_brief", kind=recipe.kind.value)
    return FromRecipe(recipe.name, values), brief


def near(name: str, recipes: Iterable[Recipe]) -> tuple[str, ...]:
    """The names of the recipes that were probably meant, nearest first."""
    wanted = name.strip().casefold()
    by_word = {word.casefold(): recipe.name for recipe in recipes for word in (recipe.name, *recipe.title.both)}
    inside = [by_word[word] for word in by_word if len(wanted) > 1 and (wanted in word or word in wanted)]
    close = [by_word[word] for word in get_close_matches(wanted, by_word, n=MOST_NEAR, cutoff=0.5)]
    return tuple(dict.fromkeys([*inside, *close]))[:MOST_NEAR]


def find(name: str, catalog: Catalog) -> Recipe | None:
    """By its name, or by its title in either language."""
    wanted = name.strip().casefold()
    titled = (each for each in catalog.recipes.recipes if wanted in {title.casefold() for title in each.title.both})
    return catalog.recipes.find(name) or next(titled, None)


def _known(kind: Kind, found: Scan, flag: Flag, catalog: Catalog) -> Recipe:
    name = flag.value or ""
    recipe = find(name, catalog)
    if recipe is None:
        nearest = near(name, catalog.recipes.of(kind)) or tuple(each.name for each in catalog.recipes.of(kind))
        instead = found.with_flag(flag, f"--recipe {nearest[0]}") if nearest else found.with_flag(flag, "")
        raise CommandError("unknown_recipe", instead, value=name[:40], near=", ".join(nearest[:MOST_NEAR]) or "-")
    if recipe.kind is not kind:
        raise CommandError("recipe_of_other", recipe=recipe.name, kind=kind.value, other=recipe.kind.value)
    if recipe.missing:
        raise CommandError("recipe_unusable", found.with_flag(flag, ""), recipe=recipe.name)
    return recipe


def _pair(recipe: Recipe, found: Scan, flag: Flag) -> tuple[str, str]:
    key, equals, value = (flag.value or "").replace("＝", "=").partition("=")
    if not equals or not key.strip():
        example = f"{_first_name(recipe)}=..."
        raise CommandError("bad_field", found.with_flag(flag, ""), value=(flag.value or "")[:40], example=example)
    name = _field_name(key)
    if recipe.field_named(name) is None:
        params = {"value": key[:40], RECIPE: recipe.name}
        for required, said in ((True, "needed"), (False, "optional")):
            params[said] = ", ".join(each.name for each in recipe.fields if each.required is required) or "-"
        raise CommandError("field_unknown", found.with_flag(flag, _meant(recipe, found, name, value)), **params)
    return name, value.strip()


def _field_name(key: str) -> str:
    return key.strip().lower().replace("-", "_")


def _meant(recipe: Recipe, found: Scan, name: str, value: str) -> str:
    """What was typed, in the field that is called nearly so, or in the first text that is needed and not given."""
    given = dict(filter(None, map(_fills, found.flags)))
    free = [each for each in recipe.fields if not given.get(each.name)]
    close = get_close_matches(name, [each.name for each in free], n=1, cutoff=0.5)
    needed = [each.name for each in free if each.required and each.type in _TEXTS]
    if not (close or needed):
        return quoted(value) if value else ""
    return f"--{FIELD} {(close or needed)[0]}={quoted(value or '...')}"


def _fills(flag: Flag) -> tuple[str, str] | None:
    """The name of a field and what the flag says of it, if it is one that may fill in a field."""
    if flag.name != FIELD:
        return None if flag.value is None else (_field_name(flag.name), flag.value.strip())
    key, _, value = (flag.value or "").replace("＝", "=").partition("=")
    return _field_name(key), value.strip()


def _completed(recipe: Recipe, found: Scan, absent: Sequence[str]) -> str:
    """The command with examples of what is absent, all of it in the way in which it fills in fields already."""
    kept = found
    for flag in reversed(found.flags):  # so that the places of those before it stay
        if (filled_in := _fills(flag)) and filled_in[0] in absent:
            kept = replace(kept, text=kept.with_flag(flag, ""))
    pairs = any(flag.name == FIELD for flag in found.flags)
    return " ".join([kept.text, *(_flag_for(name, _example(recipe, name), pairs=pairs) for name in absent)])


def _flag_for(name: str, value: str, *, pairs: bool) -> str:
    return f"--{FIELD} {name}={quoted(value)}" if pairs else f"--{name.replace('_', '-')} {quoted(value)}"


def _first_name(recipe: Recipe) -> str:
    return recipe.fields[0].name if recipe.fields else "name"


def _example(recipe: Recipe, name: str) -> str:
    """A value that is right."""
    each = recipe.field_named(name)
    if each is None or each.type in _TEXTS:
        return "..."
    return each.choices[0].value if each.choices else f"{_number(each):g}"


def _number(each: Field) -> float:
    return each.least if each.least is not None else min(1.0, each.most if each.most is not None else 1.0)


def _told(recipe: Recipe, wrong: Wrong) -> dict[str, str | int | float]:
    return {"value": wrong.field, RECIPE: recipe.name, **wrong.params}
