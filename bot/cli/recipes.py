"""`aigc recipes`: lists what can be made by name, shows one, and checks files of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.locale import terminal_locale
from bot.cli.output import WIDTH
from bot.locales import t

if TYPE_CHECKING:
    from engine.domain.recipe import Field, Recipe, RecipeBook


@click.group(invoke_without_command=True)
@click.pass_context
def recipes(ctx: click.Context) -> None:
    """List what can be written and drawn by name, of the app's and of AIGC_RECIPES_DIR."""
    if ctx.invoked_subcommand is None:
        _list(_book(), terminal_locale())


@recipes.command()
@click.argument("name")
def show(name: str) -> None:
    """Show what recipe NAME asks for, what its texts must be, and its worked examples."""
    book, locale = _book(), terminal_locale()
    recipe = book.find(name)
    if recipe is None:
        known = ", ".join(each.name for each in book.recipes)
        raise click.ClickException(t(locale, "recipes.cli.unknown", name=name, known=known))
    click.echo("\n".join(_told(recipe, locale)))


@recipes.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Say what is wrong with recipe files, or all in a folder: by file, line and field."""
    from engine.errors import ConfigurationError
    from engine.recipes.book import read_recipe

    locale, wrong = terminal_locale(), False
    for path in _files(paths):
        try:
            recipe = read_recipe(path)
        except ConfigurationError as error:
            wrong = True
            click.echo("\n".join(str(error).split("; ")), err=True)
        else:
            texts = (len(recipe.examples), len(recipe.counterexamples))
            click.echo(t(locale, "recipes.cli.fine", path=str(path), examples=texts[0], counterexamples=texts[1]))
    if wrong:
        raise SystemExit(1)


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    from engine.recipes.book import ENDINGS

    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.iterdir() if each.suffix in ENDINGS)
        else:
            yield path


def _book() -> RecipeBook:
    from engine.recipes import build_recipes
    from engine.settings import EngineSettings

    return build_recipes(EngineSettings())


def _list(book: RecipeBook, locale: str) -> None:
    console = Console(highlight=False)
    console.width = max(console.width, WIDTH)
    for group in dict.fromkeys(recipe.group for recipe in book.recipes):
        table = Table(title=escape(group.of(locale)), title_justify="left", box=None, show_header=False, pad_edge=False)
        table.add_column(min_width=22)
        for recipe in (each for each in book.recipes if each.group == group):
            notes = [t(locale, f"recipes.cli.{code}") for code in _notes(recipe)]
            about = " ".join([recipe.about.of(locale), *(f"({note})" for note in notes)])
            table.add_row(escape(recipe.name), escape(f"{recipe.title.of(locale)}: {about}"))
        console.print(table)
        console.print()


def _notes(recipe: Recipe) -> Iterator[str]:
    if recipe.missing:
        yield "missing"
    if recipe.strength.value == "strong":
        yield "strong"


def _told(recipe: Recipe, locale: str) -> Iterator[str]:
    from engine.recipes.reasons import described
    from engine.recipes.wording import fields_told

    yield f"{recipe.name}: {recipe.title.of(locale)}"
    yield recipe.about.of(locale)
    yield from (t(locale, f"recipes.cli.{code}") for code in _notes(recipe))
    yield f"\n{t(locale, 'recipes.cli.fields')}"
    yield from (_field(each, locale) for each in recipe.fields)
    shapes = {"": recipe.shape, **recipe.shapes}
    wanted = {value: " ".join(described(shape, locale)) for value, shape in shapes.items()}
    if any(wanted.values()):
        yield f"\n{t(locale, 'recipes.cli.shape')}"
        yield from (f"  {value + ': ' if value else ''}{text}" for value, text in wanted.items() if text)
    if recipe.template:
        yield f"\n{recipe.template}\n- {recipe.negative}"
    for example in recipe.examples:
        yield f"\n--- {t(locale, 'recipes.cli.example')} ({example.lang})"
        yield fields_told(recipe, dict(example.fields), example.brief, example.lang, "")
        yield f"\n{example.text}"


def _field(each: Field, locale: str) -> str:
    optional = "" if each.required else f" ({t(locale, 'recipes.cli.optional')})"
    choices = "".join(f"\n      {choice.value}: {choice.label.of(locale)}" for choice in each.choices)
    return f"  --field {each.name}=...  {each.label.of(locale)}{optional}{choices}"
