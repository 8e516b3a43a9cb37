"""views.open, views.push, views.update, views.publish."""

from __future__ import annotations

from bot.playground.blockkit import checked_view
from bot.playground.errors import SlackError
from bot.playground.model import Json, View
from bot.playground.shapes import view_object
from bot.playground.web_api.call import Call, Methods


def open_view(call: Call) -> Json:
    payload = checked_view(_payload(call), "modal")
    user, _ = call.playground.triggers.exchange(call.required("trigger_id"))
    return _answer(call.playground.views.open(user, payload))


def push(call: Call) -> Json:
    payload = checked_view(_payload(call), "modal")
    user, _ = call.playground.triggers.exchange(call.required("trigger_id"))
    return _answer(call.playground.views.push(user, payload))


def update(call: Call) -> Json:
    payload = _payload(call)
    workspace = call.playground.workspace
    view_id, external_id = call.text("view_id"), call.text("external_id")
    view = workspace.view(view_id) if view_id else workspace.view_by_external_id(external_id) if external_id else None
    if view is None:
        raise SlackError("not_found")
    return _answer(call.playground.views.update(view, payload, call.text("hash")))


def publish(call: Call) -> Json:
    payload = _payload(call)
    user = call.playground.workspace.users.get(call.required("user_id"))
    if user is None or user.is_bot:
        raise SlackError("invalid_arguments", messages=("[ERROR] user_not_found [json-pointer:/user_id]",))
    return _answer(call.playground.views.publish(user.id, payload, call.text("hash")))


def _payload(call: Call) -> Json:
    payload = call.structure("view", "invalid_arguments")
    if not isinstance(payload, dict):
        raise SlackError("invalid_arguments", messages=("[ERROR] missing required field: view",))
    return payload


def _answer(view: View) -> Json:
    return {"view": view_object(view)}


METHODS: Methods = {
    "views.open": ("", open_view),
    "views.push": ("", push),
    "views.update": ("", update),
    "views.publish": ("", publish),
}
