"""Small rules that larger ones are made of: each looks at a JSON value and yields what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.model import Json


@dataclass(frozen=True, slots=True)
class Issue:
    pointer: str
    """JSON pointer, e.g. "/blocks/0/text/text"."""
    message: str

    def __str__(self) -> str:
        """As Slack writes it into `response_metadata.messages`."""
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


Rule = Callable[[Any, str], Iterator[Issue]]
"""A value and its JSON pointer."""


def anything(value: Any, pointer: str) -> Iterator[Issue]:
    yield from ()


def boolean(value: Any, pointer: str) -> Iterator[Issue]:
    if not isinstance(value, bool):
        yield Issue(pointer, "must be a boolean")


def string(most: int | None = None, least: int = 0, pattern: str = "") -> Rule:
    """`most` and `least` count characters."""

    def rule(value: Any, pointer: str) -> Iterator[Issue]:
        if not isinstance(value, str):
            yield Issue(pointer, "must be a string")
        elif len(value) < least:
            yield Issue(pointer, f"must be more than {least - 1} characters")
        elif most is not None and len(value) > most:
            yield Issue(pointer, f"must be less than {most + 1} characters")
        elif pattern and not re.fullmatch(pattern, value):
            yield Issue(pointer, f"must match the pattern {pattern}")

    return rule


def url(most: int = 3000) -> Rule:
    return string(most, 1, r"(?i:https?|mailto|slack|tel):\S+")


def integer(least: int | None = None, most: int | None = None) -> Rule:
    def rule(value: Any, pointer: str) -> Iterator[Issue]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Issue(pointer, "must be an integer")
        elif least is not None and value < least:
            yield Issue(pointer, f"must be greater than or equal to {least}")
        elif most is not None and value > most:
            yield Issue(pointer, f"must be less than or equal to {most}")

    return rule


def one_of(*allowed: str) -> Rule:
    def rule(value: Any, pointer: str) -> Iterator[Issue]:
        if value not in allowed:
            yield Issue(pointer, f"must be one of: {', '.join(allowed)}")

    return rule


def each(item: Rule, least: int = 1, most: int | None = None) -> Rule:
    """An array; `least` and `most` count items."""

    def rule(value: Any, pointer: str) -> Iterator[Issue]:
        if not isinstance(value, list):
            yield Issue(pointer, "must be an array")
            return
        if len(value) < least:
            yield Issue(pointer, f"no less than {least} items allowed")
        if most is not None and len(value) > most:
            yield Issue(pointer, f"no more than {most} items allowed")
        for index, member in enumerate(value):
            yield from item(member, f"{pointer}/{index}")

    return rule


def record(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *also: Rule) -> Rule:
    """An object with these properties and no others; `also` are rules about the whole of it."""
    known = {**required, **(optional or {})}

    def rule(value: Any, pointer: str) -> Iterator[Issue]:
        if not isinstance(value, dict):
            yield Issue(pointer, "must provide an object")
            return
        yield from (Issue(pointer, f"missing required field: {name}") for name in required if value.get(name) is None)
        for name, member in value.items():
            if name not in known:
                yield Issue(pointer, f"invalid additional property: {name}")
            elif member is not None:
                yield from known[name](member, f"{pointer}/{name}")
        for extra in also:
            yield from extra(value, pointer)

    return rule


def tagged(kinds: Mapping[str, Rule]) -> Rule:
    """An object whose rule depends on its `type`."""

    def rule(value: Any, pointer: str) -> Iterator[Issue]:
        if not isinstance(value, dict):
            yield Issue(pointer, "must provide an object")
        elif not isinstance(value.get("type"), str):
            yield Issue(pointer, "missing required field: type")
        elif value["type"] not in kinds:
            yield Issue(f"{pointer}/type", f"unsupported type: {value['type']}")
        else:
            yield from kinds[value["type"]](value, pointer)

    return rule


def exactly_one(*names: str) -> Rule:
    def rule(value: Json, pointer: str) -> Iterator[Issue]:
        given = [name for name in names if value.get(name) is not None]
        if not given:
            yield Issue(pointer, f"missing required field: {' or '.join(names)}")
        elif len(given) > 1:
            yield Issue(pointer, f"only one of {', '.join(names)} is allowed")

    return rule


def at_least_one(*names: str) -> Rule:
    def rule(value: Json, pointer: str) -> Iterator[Issue]:
        if all(value.get(name) is None for name in names):
            yield Issue(pointer, f"missing required field: {' or '.join(names)}")

    return rule


def pick(kinds: Mapping[str, Rule], names: Collection[str]) -> dict[str, Rule]:
    return {name: kinds[name] for name in names}
