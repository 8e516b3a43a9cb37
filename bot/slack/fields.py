"""Looks into what Slack sent, where any field may be missing or hold anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Fields = Mapping[str, Any]
"""One JSON object."""


def text_at(fields: Fields, key: str) -> str:
    """The text there, "" where there is none."""
    value = fields.get(key)
    return value if isinstance(value, str) else ""


def object_at(fields: Fields, key: str) -> Fields:
    """The object there, {} where there is none."""
    value = fields.get(key)
    return value if isinstance(value, Mapping) else {}


def objects_at(fields: Fields, key: str) -> list[Fields]:
    """The objects in the list there, [] where there is none; what else is in it is left out."""
    value = fields.get(key)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
