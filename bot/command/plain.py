"""Plain words to the app, in a mention, a direct message or a thread."""

from __future__ import annotations

from bot.command.asides import aside
from bot.command.catalog import Catalog
from bot.command.clean import clean
from bot.command.own_recipes import own_recipe
from bot.command.request import read_request
from bot.command.revision import read_revision
from bot.command.slash import suggesting
from bot.command.verbs import is_about_result, request_words
from bot.wishes import Generate, Help, Wish
from engine.domain.request import Kind


def route(text: str, catalog: Catalog, *, in_thread: bool, new_seed: int = 0, otherwise: Kind = Kind.COPY) -> Wish:
    """What `text` asks for. Raises CommandError.

    `in_thread` says that there is a result which it may be about: then it is a change of that, unless its first words
    ask for something new. Elsewhere, words that do not say what they want ask for `otherwise`.
    """
    with suggesting(catalog):
        return _read(clean(text), catalog, in_thread, new_seed, otherwise)


def _read(plain: str, catalog: Catalog, in_thread: bool, new_seed: int, otherwise: Kind) -> Wish:
    if not plain:
        return Help()
    if wish := aside(plain) or own_recipe(plain):
        return wish
    asked = request_words(plain)
    if in_thread and (asked is None or is_about_result(asked[1])):
        return read_revision(plain)
    kind, brief = asked or (otherwise, plain)
    return Generate(read_request(kind, brief, catalog, new_seed))
