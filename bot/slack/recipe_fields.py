"""The part of the form that a recipe makes: the menu to choose it in, and a field for each thing it asks for; pure.

Slack keeps what was typed where a block keeps its id, so that a field of the same name in another recipe keeps its text
(docs.slack.dev/surfaces/modals#updating_views). What a menu offers differs by recipe, and so does its block's id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.locales import t
from bot.slack.blocks import Json, field, file_input, grouped_select, number_input, radio, select, text_input
from bot.slack.text import cut
from engine.domain.recipe import Field, FieldType, Recipe, RecipeBook
from engine.domain.request import Kind

RECIPE = "form_recipe"
ROWS = "form_rows"
"""Action id of the choice between one text and one for each row of a table: changing it changes the form."""
ONE, EACH = "one", "each"
TABLE = "table"
"""The block that holds the table."""
NONE = "-"
"""The menu's first entry: no recipe."""
MOST_NAME = 70
_MOST_TYPED = 3_000
_MOST_HINT = 2_000


def picker(locale: str, book: RecipeBook, chosen: Recipe | None) -> list[Json]:
    """The menu of all recipes that can be used here, texts first."""
    usable = {kind: [recipe for recipe in book.of(kind) if not recipe.missing] for kind in Kind}
    groups = [(t(locale, f"form.recipe.{kind.value}"), _named(locale, usable[kind])) for kind in Kind]
    none = (t(locale, "form.recipe"), [(NONE, t(locale, "form.recipe.none"))])
    menu = grouped_select([none, *groups], chosen.name if chosen else NONE, RECIPE)
    label, hint = t(locale, "form.recipe"), t(locale, "form.recipe.hint")
    return [field("recipe", label, menu, hint=hint, optional=False, dispatch=True)]


def takes_rows(recipe: Recipe) -> bool:
    """Whether the columns of a table can fill it in."""
    return recipe.kind is Kind.COPY and bool(recipe.fields)


def rows_choice(locale: str, recipe: Recipe, *, rows: bool) -> Iterator[Json]:
    """Whether one text is wanted or one for each row of a table, and then the table."""
    if not takes_rows(recipe):
        return
    choices = [(ONE, t(locale, "form.rows.one")), (EACH, t(locale, "form.rows.each"))]
    menu = radio(choices, EACH if rows else ONE, ROWS)
    yield field("rows", t(locale, "form.rows"), menu, optional=False, dispatch=True)
    if rows:
        hint = cut(_columns(locale, recipe), _MOST_HINT)
        yield field(TABLE, t(locale, "form.table"), file_input("csv", "tsv"), hint=hint, optional=False)


def _columns(locale: str, recipe: Recipe) -> str:
    """Which columns a table needs, and which it may have."""
    named = {True: list[str](), False: list[str]()}
    for each in recipe.fields:
        named[each.required].append(f"{each.name} ({each.label.of(locale)})")
    needed, optional = (", ".join(names) or "-" for names in (named[True], named[False]))
    return t(locale, "form.table.hint", columns=needed, optional=optional)


def fields(locale: str, recipe: Recipe, *, rows: bool = False) -> Iterator[Json]:
    """One input for each field, required as the recipe says, or what is the same for all `rows`."""
    for each in recipe.fields:
        hint = t(locale, "form.field.example", example=each.hint.of(locale)) if each.hint else ""
        hint = t(locale, "form.rows.same") if rows else hint
        optional = rows or not each.required
        yield field(block_id(recipe, each), each.label.of(locale), _element(locale, each), hint=hint, optional=optional)


def entered(recipe: Recipe, typed: Mapping[str, str]) -> dict[str, str]:
    """What was filled in, by the names of the recipe's fields; `typed` is by block."""
    return {each.name: typed.get(block_id(recipe, each), "") for each in recipe.fields}


def block_id(recipe: Recipe, each: Field) -> str:
    if each.type is FieldType.CHOICE:
        return f"choice:{recipe.name}:{each.name}"
    return f"{each.type.value}:{each.name}"


def _named(locale: str, recipes: list[Recipe]) -> list[tuple[str, str]]:
    return [(recipe.name, recipe.title.of(locale)[:MOST_NAME]) for recipe in recipes]


def _element(locale: str, each: Field) -> Json:
    most = min(each.max_chars, _MOST_TYPED)
    match each.type:
        case FieldType.CHOICE:
            return select([(choice.value, choice.label.of(locale)) for choice in each.choices])
        case FieldType.NUMBER:
            least, greatest = each.least, each.most
            if least is None or greatest is None:
                return text_input(most=20)
            return number_input(least, greatest, decimal=True)
        case _:
            return text_input(multiline=each.type is FieldType.MULTILINE, most=most)
