"""What a person can do, by the word in `do`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.playground.errors import ActError
from bot.playground.interactions import run_command, use_shortcut
from bot.playground.link.ack import acknowledged
from bot.playground.model import Json
from bot.playground.payloads import home_opened
from bot.playground.people import act_channels, act_forms, act_messages
from bot.playground.people.request import Act
from bot.playground.people.text import smart, typed


async def command(act: Act) -> Json:
    """{channel, text: "/aigc copy ..."}"""
    conversation = act.writable_conversation()
    if act.text("thread_ts"):
        raise ActError("not_in_threads", "Slash commands do not work in threads. Mention the app instead.")
    name, _, text = act.text("text").strip().partition(" ")
    if name not in act.playground.config.commands:
        raise ActError(
            "unknown_command", f"{name or 'That'} is not a valid command. Try {act.playground.config.commands[0]}."
        )
    if act.playground.knobs.smart_punctuation:
        text = smart(text)
    users = act.playground.workspace.users.values()
    return acknowledged(await run_command(act.playground, act.user, conversation, name, typed(text.strip(), users)))


async def shortcut(act: Act) -> Json:
    """{callback_id, channel?, ts?}"""
    callback_id = act.text("callback_id")
    known = next((s for s in act.playground.config.shortcuts if s.callback_id == callback_id), None)
    if known is None:
        raise ActError("unknown_shortcut", f"There is no shortcut {callback_id!r}.")
    message = act.message() if known.type == "message" else None
    return acknowledged(await use_shortcut(act.playground, act.user, callback_id, message))


async def open_home(act: Act) -> Json:
    """{tab?: "home" | "messages"}"""
    direct = act.playground.workspace.direct_message(act.user.id)
    view = act.playground.workspace.homes.get(act.user.id)
    tab = act.text("tab") or "home"
    if tab not in ("home", "messages"):
        raise ActError("invalid_request", '"tab" is "home" or "messages".')
    await act.playground.events.publish(
        home_opened(act.user.id, direct.id if direct else "", tab, view), "app_home_opened"
    )
    return {}


Do = Callable[[Act], Awaitable[Json]]
ACTS: dict[str, Do] = {
    "command": command,
    "shortcut": shortcut,
    "open_home": open_home,
    **act_messages.ACTS,
    **act_forms.ACTS,
    **act_channels.ACTS,
}
