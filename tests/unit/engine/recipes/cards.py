"""Small recipes to try things on."""

from __future__ import annotations

from engine.domain.recipe import Field, Recipe, Shape, Words
from engine.domain.request import Kind

TITLE = Words("Note", "便条")


def field(name: str, *, required: bool = True, quoted: bool = False) -> Field:
    return Field(name, Words(name.title(), name.title()), required, quoted=quoted)


def recipe(shape: Shape, *fields: Field, disclaimer: Words | None = None) -> Recipe:
    return Recipe(
        "note", Kind.COPY, TITLE, TITLE, TITLE, fields, Words("Write a note.", "写一张便条。"), shape,
        disclaimer=disclaimer,
    )  # fmt: skip
