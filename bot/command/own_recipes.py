"""Recipes of one's own: "recipe save NAME", "save this as recipe NAME", "recipe remove NAME". Raises CommandError."""

from __future__ import annotations

import re

from bot.errors import CommandError
from bot.wishes import RemoveRecipe, SaveRecipe
from engine.domain.saved import MAX_TITLE

_SAVE = re.compile(
    r"(?:recipes?\s+save|save\s+(?:this\s+|it\s+)?as\s+(?:an?\s+)?recipe|配方\s*保存|(?:另?存|保存)为?配方)(?P<title>[\s:：].*|)",
    re.IGNORECASE | re.DOTALL,
)
_REMOVE = re.compile(
    r"(?:recipes?\s+(?:remove|delete)|配方\s*删除|删除配方)(?P<title>[\s:：].*|)", re.IGNORECASE | re.DOTALL
)


def own_recipe(text: str) -> SaveRecipe | RemoveRecipe | None:
    """None for what asks for neither."""
    if found := _SAVE.fullmatch(text):
        return SaveRecipe(_title(found["title"], "recipe save"))
    if found := _REMOVE.fullmatch(text):
        return RemoveRecipe(_title(found["title"], "recipe remove"))
    return None


def _title(text: str, command: str) -> str:
    title = " ".join(text.strip(' \n:："“”「」').split())
    if not title:
        raise CommandError("missing_title", f"{command} friendly launch post")
    if len(title) > MAX_TITLE:
        raise CommandError("title_too_long", f"{command} {title[:MAX_TITLE].rstrip()}", most=MAX_TITLE)
    return title
