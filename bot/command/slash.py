"""The text after the slash command."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from bot.command.asides import CANCEL, HELP, RECIPES, STATUS, TOPICS, USAGE
from bot.command.catalog import Catalog
from bot.command.clean import clean
from bot.command.drafting import checked_note
from bot.command.knowledge import KNOWLEDGE, read_knowledge
from bot.command.own_recipes import own_recipe
from bot.command.request import read_request
from bot.command.scan import nearest
from bot.command.verbs import request_words
from bot.errors import CommandError
from bot.wishes import Cancel, Draft, Generate, Help, OpenForm, Recipes, Status, Usage, Wish
from engine.domain.request import Kind
from engine.domain.work import Purpose

_KINDS = {"copy": Kind.COPY, "文案": Kind.COPY, "draw": Kind.DRAW, "image": Kind.DRAW}
REPLY = ("reply", "回复")
MOST_QUERY = 100
"""Longest search for a recipe, in characters."""
_JOB = re.compile(r"[0-9a-f]{16}")
_MOST_MISTAKES = 20
_MEANT = {
    **{name: kind.value for name, kind in _KINDS.items() if name.isascii()},
    "write": "copy", "paint": "draw", "help": "help", "status": "status",
    "usage": "usage", "cancel": "cancel", "recipes": "recipes", "reply": "reply", "answer": "reply",
    "knowledge": "knowledge",
}  # fmt: skip


def parse(text: str, catalog: Catalog, new_seed: int = 0) -> Wish:
    """What `text` asks for; `new_seed` is the seed where it names none. Raises CommandError."""
    with suggesting(catalog):
        return _read(clean(text), catalog, new_seed)


@contextmanager
def suggesting(catalog: Catalog) -> Iterator[None]:
    """Let a CommandError out with a suggestion that parses, or with none: mending one mistake may leave others."""
    try:
        yield
    except CommandError as error:
        error.suggestion = _mended(error.suggestion, catalog)
        raise


def _mended(suggestion: str, catalog: Catalog) -> str:
    for _ in range(_MOST_MISTAKES):
        try:
            _read(suggestion, catalog, 0)
        except CommandError as error:
            if error.code == "missing_brief":
                kind, flags = _first_word(suggestion)
                suggestion = f"{kind} ... {flags}".strip()
            else:
                suggestion = error.suggestion
        else:
            return suggestion
    return ""


def _read(text: str, catalog: Catalog, new_seed: int) -> Wish:
    if not text:
        return OpenForm()
    word, rest = _first_word(text)
    name = unicodedata.normalize("NFKC", word).lower()
    if name in _KINDS:
        return Generate(read_request(_KINDS[name], rest, catalog, new_seed))
    if name in (*HELP, *STATUS, *USAGE, *CANCEL, "?"):
        return _aside(name, rest)
    if own := own_recipe(text):
        return own
    if name in (*REPLY, *KNOWLEDGE, *RECIPES):
        return _named(name, rest)
    if asked := request_words(text):
        return Generate(read_request(*asked, catalog, new_seed))
    raise _unknown(word, text, rest)


def _first_word(text: str) -> tuple[str, str]:
    """The first word and the rest; line breaks in the rest stay."""
    word = text.split(maxsplit=1)[0]
    return word, text[len(word) :].strip()


def _named(name: str, rest: str) -> Wish:
    if name in REPLY:
        return Draft(Purpose.REPLY, checked_note(rest))
    return read_knowledge(rest) if name in KNOWLEDGE else Recipes(rest[:MOST_QUERY])


def _aside(name: str, rest: str) -> Wish:
    if name in (*HELP, "?"):
        return _help(rest.lower())
    if name in CANCEL:
        return _cancel(rest)
    wish = "usage" if name in USAGE else "status"
    if rest:
        raise CommandError("needs_nothing", wish, command=wish)
    return Usage() if wish == "usage" else Status()


def _help(topic: str) -> Help:
    if topic and topic not in TOPICS:
        near = nearest(topic, [name for name in TOPICS if name.isascii()])
        raise CommandError("unknown_topic", f"help {near}".strip(), value=topic[:40])
    return Help(TOPICS.get(topic, ""))


def _cancel(job: str) -> Cancel:
    if job and not _JOB.fullmatch(job.lower()):
        raise CommandError("bad_job", "status", value=job[:40])
    return Cancel(job.lower())


def _unknown(word: str, text: str, rest: str) -> CommandError:
    near = _MEANT.get(nearest(word.lower(), _MEANT, 0.7), "")  # "hello" is no "help"
    suggestion = f"{near} {rest}".strip() if near else f"copy {text}"
    if near in ("status", "usage", "cancel", "recipes", "knowledge"):
        suggestion = near
    return CommandError("unknown_command", suggestion if len(suggestion) < 1_000 else "", value=word[:40])
