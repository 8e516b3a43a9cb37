"""users.info, users.list."""

from __future__ import annotations

from bot.playground.errors import SlackError
from bot.playground.model import Json
from bot.playground.shapes import user_object
from bot.playground.web_api.call import Call, Methods
from bot.playground.web_api.paging import page


def info(call: Call) -> Json:
    user = call.playground.workspace.users.get(call.text("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user_object(user, include_locale=bool(call.flag("include_locale")))}


def list_all(call: Call) -> Json:
    include_locale = bool(call.flag("include_locale"))
    found = [user_object(user, include_locale=include_locale) for user in call.playground.workspace.users.values()]
    shown, cursor = page(call, found)
    return {"members": shown, "cache_ts": 0, "response_metadata": {"next_cursor": cursor}}


METHODS: Methods = {"users.info": ("users:read", info), "users.list": ("users:read", list_all)}
