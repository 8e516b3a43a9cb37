"""The global shortcut, which works where slash commands do not."""

from __future__ import annotations

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.front import Front
from bot.ports import Place
from bot.slack import payloads

CALLBACK = "open_form"


def register(app: AsyncApp, front: Front) -> None:
    async def open_form(body: dict[str, Any], ack: AsyncAck) -> None:
        shortcut = payloads.shortcut(body)
        form = front.words.request_form(front.people.locale(shortcut.user), Place(""))
        front.background.start(front.voice.open_form(shortcut.trigger_id, form))
        await ack()

    app.shortcut(CALLBACK)(open_form)
