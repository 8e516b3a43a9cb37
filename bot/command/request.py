"""Makes a request out of a brief with flags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from bot.command import recipes
from bot.command.catalog import Catalog
from bot.command.clean import visible
from bot.command.flags import FLAGS, NAMES, WORDY, Spec
from bot.command.quotes import quoted, unquoted
from bot.command.scan import Flag, Scan, nearest, scan
from bot.command.values import Bad
from bot.errors import CommandError
from engine.domain.filling import with_defaults
from engine.domain.request import MAX_PROMPT_CHARS, CopyParams, DrawParams, Kind, Params, Request

_ROOM_FOR_FLAGS = 2_000
_MOST_SHOWN = 1_000
"""Longest command given back as a suggestion."""


def read_request(kind: Kind, text: str, catalog: Catalog, new_seed: int) -> Request:
    """`text` is clean, and without the word that says the kind. Raises CommandError."""
    if len(text) > MAX_PROMPT_CHARS + _ROOM_FOR_FLAGS:
        raise CommandError("brief_too_long", most=MAX_PROMPT_CHARS, count=len(text))
    with _shown_whole(kind):
        found = scan(text, NAMES, WORDY)
        asked = recipes.named(kind, found, catalog)
    params = read_params(kind, found, asked.rest if asked else found.flags, catalog, new_seed)
    if asked is None:
        return Request(kind, checked_brief(kind, unquoted(found.brief)), params)
    with _shown_whole(kind):
        work, brief = recipes.filled(found, asked, visible(unquoted(found.brief)))
    brief = checked_brief(kind, brief) if brief else ""
    return Request(kind, brief, with_defaults(asked.recipe, params, catalog.models(kind)), work=work)


@contextmanager
def _shown_whole(kind: Kind) -> Iterator[None]:
    """Let a CommandError out with its suggestion made a whole command."""
    try:
        yield
    except CommandError as error:
        error.suggestion = _shown(kind, error.suggestion) if error.suggestion else ""
        raise


def read_params(kind: Kind, found: Scan, flags: Sequence[Flag], catalog: Catalog, new_seed: int) -> Params:
    """The parameters that these flags of `found` set. Raises CommandError."""
    params: Params = CopyParams(seed=new_seed) if kind is Kind.COPY else DrawParams(seed=new_seed)
    for flag in flags:
        params = replace(params, **_fields(kind, found, flag, catalog))
    return params


def checked_brief(kind: Kind, brief: str) -> str:
    """Raises CommandError for a brief that is missing or too long."""
    if not visible(brief):
        raise CommandError("missing_brief", kind=kind.value)
    if len(brief) > MAX_PROMPT_CHARS:
        raise CommandError("brief_too_long", most=MAX_PROMPT_CHARS, count=len(brief))
    return brief


def read_flag(spec: Spec, kind: Kind, text: str, catalog: Catalog) -> dict[str, Any] | Bad:
    """The fields of the parameters that this value sets."""
    read = spec.read(text, catalog.models(kind))
    return read if isinstance(read, Bad) else dict(read)


def _fields(kind: Kind, found: Scan, flag: Flag, catalog: Catalog) -> dict[str, Any]:
    spec = FLAGS[kind].get(flag.name)
    if spec is None:
        raise _unknown(kind, found, flag)
    if not flag.value:
        example = spec.example or next(iter(catalog.models(kind)), "")
        instead = found.with_flag(flag, f"--{flag.name} {quoted(example)}" if example else "")
        raise CommandError("missing_value", _shown(kind, instead), flag=f"--{flag.name}")
    read = read_flag(spec, kind, flag.value, catalog)
    if isinstance(read, Bad):
        instead = found.with_flag(flag, f"--{flag.name} {quoted(read.instead)}" if read.instead else "")
        params = {"flag": f"--{flag.name}", "value": flag.value[:40], **read.allowed}
        raise CommandError(read.code, _shown(kind, instead), **params)
    return read


def _unknown(kind: Kind, found: Scan, flag: Flag) -> CommandError:
    """A flag that `kind` does not have: another kind's, a slip, or nobody's."""
    other = Kind.DRAW if kind is Kind.COPY else Kind.COPY
    value = "" if flag.value is None else quoted(flag.value)
    near = nearest(flag.name, [*FLAGS[kind], recipes.RECIPE])
    known = ", ".join(f"--{name}" for name in (*FLAGS[kind], recipes.RECIPE))
    params = {"flag": f"--{flag.name}", "kind": kind.value, "known": known}
    if flag.name in FLAGS[other]:
        return CommandError("flag_of_other", _shown(kind, found.with_flag(flag, "")), **params, other=other.value)
    instead = f"--{near} {value}".strip() if near else value
    return CommandError("unknown_flag", _shown(kind, found.with_flag(flag, instead)), **params)


def _shown(kind: Kind, rest: str) -> str:
    """A whole command to copy, or "" where that would fill the screen."""
    return f"{kind.value} {rest}" if len(rest) <= _MOST_SHOWN else ""
