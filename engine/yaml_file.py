"""Reads a YAML file into a schema; each mistake is told with its line and key."""

from __future__ import annotations

from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from engine.errors import ConfigurationError

Schema = TypeVar("Schema", bound=BaseModel)

MAX_CHARS = 1_000_000
"""Longest file that is read."""


def parse_yaml(text: str, source: str, schema: type[Schema]) -> Schema:
    """Raises ConfigurationError that names `source`, line and key."""
    if len(text) > MAX_CHARS:
        raise ConfigurationError(f"{source}: more than {MAX_CHARS:,} characters")
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        data: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise ConfigurationError(f"{source}{line}: this is not YAML: {getattr(error, 'problem', error)}") from error
    except (ValueError, RecursionError) as error:  # a date that is none, a number of 5,000 digits, [[[[[
        raise ConfigurationError(f"{source}: this cannot be read as YAML: {type(error).__name__}") from error
    try:
        return schema.model_validate(data if data is not None else {})
    except ValidationError as error:
        raise ConfigurationError("; ".join(_complaints(error, tree, source))) from error


def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """The line, from 1, of the deepest part of `path` that stands in `text`, which is YAML."""
    return _line(yaml.compose(text, Loader=yaml.SafeLoader), path)


def _complaints(error: ValidationError, tree: yaml.Node | None, source: str) -> list[str]:
    """One line of text per mistake."""
    complaints = []
    for mistake in error.errors():
        path = tuple(part for part in mistake["loc"] if part != "[key]")
        key = ".".join(str(part) for part in path) or "the file"
        complaints.append(f"{source}:{_line(tree, path)}: {key}: {mistake['msg']}")
    return complaints


def _line(node: yaml.Node | None, path: tuple[str | int, ...]) -> int:
    """The line, from 1, of the deepest part of `path` that stands in the file."""
    line = 1 if node is None else node.start_mark.line + 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line
