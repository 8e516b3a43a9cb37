"""The shortcuts: a form that works where slash commands do not, and the question where a message came from."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.front import Front
from bot.ports import Place
from bot.slack import payloads
from bot.slack.pointed import Pointed, pointed
from engine.errors import EngineError

log = logging.getLogger(__name__)

OPEN_FORM = "open_form"
IS_THIS_OURS = "is_this_ours"


def register(app: AsyncApp, front: Front) -> None:
    async def open_form(body: dict[str, Any], ack: AsyncAck) -> None:
        shortcut = payloads.shortcut(body)
        form = front.words.request_form(front.people.locale(shortcut.user), Place(""))
        front.background.start(front.voice.open_form(shortcut.trigger_id, form))
        await ack()

    async def is_this_ours(body: dict[str, Any], ack: AsyncAck) -> None:
        front.background.start(_tell(front, pointed(body)))
        await ack()

    app.shortcut({"type": "shortcut", "callback_id": OPEN_FORM})(open_form)
    app.shortcut({"type": "message_action", "callback_id": IS_THIS_OURS})(is_this_ours)


async def _tell(front: Front, asked: Pointed) -> None:
    """After the acknowledgement: fetching a picture may take longer than that may."""
    locale = front.people.locale(asked.user)
    try:
        answer = await front.inquiry.answer(asked, locale)
    except EngineError as error:
        log.warning("where a message came from cannot be looked up: %s: %s", type(error).__name__, error)
        answer = front.words.say(locale, "origin.looking_failed")
    await front.voice.whisper(Place(asked.channel, asked.thread), asked.user, answer)
