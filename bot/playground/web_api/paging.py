"""Cursors (docs.slack.dev/apis/web-api/pagination)."""

from __future__ import annotations

import base64
import binascii
from typing import TypeVar

from bot.playground.errors import SlackError
from bot.playground.web_api.call import Call

T = TypeVar("T")
_MOST = 1000


def page(call: Call, items: list[T], default: int = 100) -> tuple[list[T], str]:
    """The items that `cursor` and `limit` ask for, and the next cursor, "" at the end.

    Raises SlackError: invalid_cursor, invalid_limit.
    """
    limit = call.number("limit", default) or default
    if not 1 <= limit <= _MOST:
        raise SlackError("invalid_limit")
    start = _position(call.text("cursor"))
    end = start + limit
    return items[start:end], _cursor(end) if end < len(items) else ""


def _cursor(position: int) -> str:
    return base64.b64encode(f"next:{position}".encode()).decode()


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "next" and number.isdecimal():
            return int(number)
    except (binascii.Error, UnicodeDecodeError) as error:
        raise SlackError("invalid_cursor") from error
    raise SlackError("invalid_cursor")
