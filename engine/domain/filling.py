"""Fills in a recipe's fields: values as the recipe knows them, or what is wrong with them."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.domain.recipe import Field, FieldType, Recipe
from engine.domain.request import CopyParams, DrawParams, Params

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,6})?")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

Values = tuple[tuple[str, str], ...]
"""Name and value, in the recipe's order; `FromRecipe.fields`."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a field: a code for its reader's language, and what to say with it."""

    field: str
    code: str
    """"missing", "too_long", "no_number", "too_small", "too_large", "no_choice" or "unknown"."""
    params: Mapping[str, str | int | float] = dataclasses.field(default_factory=dict)


def fill(recipe: Recipe, given: Mapping[str, str]) -> tuple[Values, tuple[Wrong, ...]]:
    """The values that can be used, empty ones left out, and all that is wrong."""
    known = {each.name for each in recipe.fields}
    wrong = [Wrong(name, "unknown", {"known": ", ".join(sorted(known))}) for name in given if name not in known]
    values: list[tuple[str, str]] = []
    for each in recipe.fields:
        read = _read(each, given.get(each.name, ""))
        if isinstance(read, Wrong):
            wrong.append(read)
        elif read:
            values.append((each.name, read))
    return tuple(values), tuple(wrong)


def _read(each: Field, text: str) -> str | Wrong:
    value = text.strip() if each.type is FieldType.MULTILINE else " ".join(text.split())
    if not value:
        return Wrong(each.name, "missing") if each.required else ""
    if len(value) > each.max_chars:
        return Wrong(each.name, "too_long", {"most": each.max_chars, "count": len(value)})
    match each.type:
        case FieldType.NUMBER:
            return _number(each, unicodedata.normalize("NFKC", value))
        case FieldType.CHOICE:
            return _choice(each, value)
        case _:
            return value


def _number(each: Field, value: str) -> str | Wrong:
    if not _NUMBER.fullmatch(value):
        return Wrong(each.name, "no_number")
    if each.least is not None and float(value) < each.least:
        return Wrong(each.name, "too_small", {"least": each.least})
    if each.most is not None and float(value) > each.most:
        return Wrong(each.name, "too_large", {"most": each.most})
    return value


def _choice(each: Field, value: str) -> str | Wrong:
    """By its value or by its label in either language."""
    wanted = unicodedata.normalize("NFKC", value).casefold()
    for choice in each.choices:
        if wanted in {text.casefold() for text in (choice.value, *choice.label.both)}:
            return choice.value
    return Wrong(each.name, "no_choice", {"choices": ", ".join(choice.value for choice in each.choices)})


def shown(recipe: Recipe, values: Mapping[str, str], lang: str) -> Iterator[tuple[Field, str]]:
    """Each field that has a value, with that as a reader of `lang` knows it: a choice by its label."""
    for each in recipe.fields:
        if value := values.get(each.name, ""):
            label = next((choice.label.of(lang) for choice in each.choices if choice.value == value), value)
            yield each, label


def filled_template(recipe: Recipe, values: Mapping[str, str], brief: str = "") -> str:
    """The prompt of a picture; `{brief}` is what was typed beside the fields, and comes first where it has no place."""
    told = {**{each.name: value for each, value in shown(recipe, values, "en")}, "brief": brief.strip()}
    parts = [part.strip() for part in recipe.template.split(",")]
    kept = [part for part in parts if all(told.get(name) for name in _PLACEHOLDER.findall(part))]
    prompt = ", ".join(_PLACEHOLDER.sub(lambda found: told[found[1]], part) for part in kept)
    return f"{told['brief']}, {prompt}" if told["brief"] and "{brief}" not in recipe.template else prompt


def plain_prompt(recipe: Recipe, values: Mapping[str, str], brief: str = "") -> str:
    """What a picture shows, by the fields alone, without the words of its style."""
    told = [part.strip() for part in recipe.template.split(",") if _PLACEHOLDER.search(part)]
    return filled_template(replace(recipe, template=", ".join(told)), values, brief)


def without_defaults(recipe: Recipe, params: DrawParams) -> DrawParams:
    """`params` without what the recipe says of how to draw; its size stays."""
    own = recipe.defaults
    return replace(
        params,
        steps=None if params.steps == own.steps else params.steps,
        guidance=None if params.guidance == own.guidance else params.guidance,
        negative=None if params.negative == recipe.negative else params.negative,
    )


def with_defaults(recipe: Recipe, params: Params, models: Sequence[str] = ()) -> Params:
    """`params` with the recipe's own where they say nothing. Its model counts where `models` has it, or names none."""
    own = recipe.defaults
    model = own.model if own.model and (not models or own.model in models) else None
    match params:
        case CopyParams():
            return replace(
                params,
                tone=params.tone or own.tone,
                temperature=own.temperature if params.temperature is None else params.temperature,
                model=params.model or model,
            )
        case DrawParams():
            sized = params.width_px is not None or params.height_px is not None
            return replace(
                params,
                width_px=params.width_px if sized else own.width_px,
                height_px=params.height_px if sized else own.height_px,
                steps=own.steps if params.steps is None else params.steps,
                guidance=own.guidance if params.guidance is None else params.guidance,
                negative=params.negative or recipe.negative or None,
                model=params.model or model,
            )
