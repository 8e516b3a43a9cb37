"""The shortcuts: a form that works where slash commands do not, and what can be done with a message."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.front import Front
from bot.ports import Place
from bot.replies import Wanted, draft
from bot.slack import payloads
from bot.slack.pointed import Pointed, pointed
from engine.domain.job import Origin
from engine.domain.work import Purpose
from engine.errors import EngineError

log = logging.getLogger(__name__)

OPEN_FORM = "open_form"
IS_THIS_OURS = "is_this_ours"
DRAFTS = {
    "draft_reply": Purpose.REPLY,
    "summarise_thread": Purpose.SUMMARY,
    "hand_over": Purpose.HANDOVER,
}


def register(app: AsyncApp, front: Front) -> None:
    async def open_form(body: dict[str, Any], ack: AsyncAck) -> None:
        shortcut = payloads.shortcut(body)
        form = front.words.request_form(front.people.locale(shortcut.user), Place(""))
        front.background.start(front.voice.open_form(shortcut.trigger_id, form))
        await ack()

    async def is_this_ours(body: dict[str, Any], ack: AsyncAck) -> None:
        front.background.start(_tell(front, pointed(body)))
        await ack()

    async def draft_of(body: dict[str, Any], ack: AsyncAck) -> None:
        asked, key = pointed(body), payloads.shortcut(body).key
        if payloads.by_guest(body):
            answer = front.words.say(front.people.locale(asked.user), "error.guest")
            front.whisper(Place(asked.channel, asked.thread), asked.user, answer)
        else:
            front.background.start(_draft(front, asked, key, DRAFTS[str(body["callback_id"])]))
        await ack()

    for callback_id in DRAFTS:
        app.shortcut({"type": "message_action", "callback_id": callback_id})(draft_of)
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


async def _draft(front: Front, asked: Pointed, key: str, purpose: Purpose) -> None:
    """After the acknowledgement: reading the thread may take longer than that may."""
    asker = Origin(asked.workspace, asked.channel, asked.user, "", front.people.locale(asked.user))
    wanted = Wanted(key, purpose, asked.channel, asked.thread or asked.ts, asked.ts)
    await front.voice.whisper(Place(asked.channel, asked.thread), asked.user, await draft(front, wanted, asker))
