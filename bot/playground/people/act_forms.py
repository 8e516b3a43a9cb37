"""Pressing buttons, choosing from menus, filling in forms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from bot.playground.errors import ActError
from bot.playground.file_shapes import file_object
from bot.playground.form_state import chosen, form_values
from bot.playground.ids import new_ts
from bot.playground.interactions import act_in_view, act_on_message, close_view
from bot.playground.interactions import submit_view as submit
from bot.playground.link.ack import Ack, acknowledged
from bot.playground.model import Json
from bot.playground.people.act_messages import new_file
from bot.playground.people.request import Act
from bot.playground.people.words import in_language

_FIELDS = ("elements", "accessory", "element", "actions")


async def click(act: Act) -> Json:
    """{channel?, ts? | view_id?, block_id, action_id, value? | selected_option? ..., values?}"""
    if act.text("view_id"):
        return acknowledged(await _click_in_view(act))
    message = act.message()
    action = _action(act, list(message.blocks))
    return acknowledged(await act_on_message(act.playground, act.user, message, action))


async def submit_view(act: Act) -> Json:
    """{view_id, values: {block_id: {action_id: value}}} -> errors by block id, if there are any."""
    view = act.view()
    if view.view["type"] != "modal":
        raise ActError("invalid_request", "Only a modal can be submitted.")
    filled = act.playground.views.enter(view, _entered(act, view.view, act.structure("values")))
    errors = await submit(act.playground, act.user, filled)
    shown = {block: in_language(error, act.user.locale) for block, error in errors.items()}
    return {"errors": shown} if shown else {}


async def close(act: Act) -> Json:
    """{view_id}"""
    await close_view(act.playground, act.user, act.view())
    return {}


async def _click_in_view(act: Act) -> Ack:
    view = act.view()
    action = _action(act, view.view["blocks"])
    entered = {**(view.values or {}), **act.structure("values")}
    given = {key: value for key, value in action.items() if key.startswith("selected_") or key == "value"}
    block = {**entered.get(action["block_id"], {}), action["action_id"]: given}
    filled = act.playground.views.enter(view, _entered(act, view.view, {**entered, action["block_id"]: block}))
    return await act_in_view(act.playground, act.user, filled, action)


async def upload(act: Act) -> Json:
    """{name, mimetype, data_base64} -> {file}: for a field of a form that takes files, which names it by its id."""
    return {"file": new_file(act, act.body).id}


def _entered(act: Act, view: Json, given: Json) -> Json:
    """What a form holds; of the files in it, all that Slack says of a file."""
    values = form_values(view, given)
    for state in (state for block in values.values() for state in block.values() if state["type"] == "file_input"):
        files = state["files"] if isinstance(state["files"], list) else []
        state["files"] = [_file(act, each) for each in files]
    return values


def _file(act: Act, given: Any) -> Json:
    file_id = given.get("id") if isinstance(given, dict) else given
    known = act.playground.workspace.files.get(file_id) if isinstance(file_id, str) else None
    if known is None or known.user != act.user.id:
        raise ActError("file_not_found", "There is no such file of yours.")
    return file_object(act.playground.workspace, known)


def _action(act: Act, blocks: list[Json]) -> Json:
    """The entry of the payload's `actions`. Raises ActError if nothing like that is shown."""
    wanted = (act.text("block_id"), act.text("action_id"))
    for block_id, element in _elements(blocks):
        if (block_id, element["action_id"]) == wanted:
            ids = {"action_id": wanted[1], "block_id": wanted[0], "action_ts": new_ts()}
            return {**ids, **chosen(element, act.body)}
    raise ActError("no_such_element", f"There is no element {wanted[1]!r} in a block {wanted[0]!r} here.")


def _elements(blocks: list[Json]) -> Iterator[tuple[str, Json]]:
    for block in blocks:
        if block["type"] == "carousel":
            yield from _elements(block["elements"])
            continue
        for field in _FIELDS:
            value = block.get(field)
            for element in value if isinstance(value, list) else [value]:
                if isinstance(element, dict) and "action_id" in element:
                    yield block["block_id"], element


ACTS: dict[str, Callable[[Act], Awaitable[Json]]] = {
    "click": click,
    "submit_view": submit_view,
    "close_view": close,
    "upload": upload,
}
