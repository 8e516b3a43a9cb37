"""The recipes as a list with a button each; pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from bot.locales import t
from bot.slack.blocks import Json, button, context, section
from bot.slack.text import cut, escape, escaped, one_line
from engine.domain.recipe import Recipe, Strength

OPEN = "recipe_open"
MOST_SHOWN = 40
"""Of Slack's 50 blocks in a message."""
_MOST_CHARS = 300


def matching(recipes: Sequence[Recipe], query: str) -> list[Recipe]:
    """Those that have all the words, in any of their texts in either language, and can be used here."""
    words = query.casefold().split()
    return [recipe for recipe in recipes if not recipe.missing and all(word in _text(recipe) for word in words)]


def listed(locale: str, command: str, recipes: Sequence[Recipe], query: str) -> tuple[str, list[Json]]:
    """What notifications say, and the blocks: by group, as the recipes are ordered."""
    found = matching(recipes, query)
    if not found:
        said = t(locale, "recipes.none" if recipes else "recipes.nothing", command=command)
        return said, [section(said)]
    key = "recipes.found" if query.strip() else "recipes.title"
    title = t(locale, key, command=command, query=escape(cut(one_line(query), 80)))
    blocks = [section(title)]
    left = len(found)
    for group, of_group in groupby(found, lambda recipe: recipe.group.of(locale)):
        members = list(of_group)[: max(0, MOST_SHOWN - len(blocks) - 1)]
        blocks += [context(f"*{escape(cut(one_line(group), 80))}*")] if members else []
        blocks += [_line(locale, recipe) for recipe in members]
        left -= len(members)
    if left:
        blocks.append(context(t(locale, "recipes.more", count=left, command=command)))
    return title, blocks


def _line(locale: str, recipe: Recipe) -> Json:
    title, about = (
        escape(cut(one_line(words.of(locale)), _MOST_CHARS, escaped)) for words in (recipe.title, recipe.about)
    )
    note = f" · {t(locale, 'recipes.cli.strong')}" if recipe.strength is Strength.STRONG else ""
    text = t(locale, "recipes.line", title=title, name=recipe.name, note=note, about=about)
    return {**section(text), "accessory": button(t(locale, "recipes.open"), OPEN, recipe.name)}


def _text(recipe: Recipe) -> str:
    said = (*recipe.title.both, *recipe.about.both, *recipe.group.both, recipe.name)
    return "\n".join(said).casefold()
