"""Messages: mentions, direct messages, replies in threads, and the deletion of any of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.answers import carry_out
from bot.conversation import is_for_app, latest, may_be_revised, version
from bot.front import Front
from bot.ports import Place
from bot.slack import payloads
from bot.slack.payloads import Deleted, Message, message_key
from bot.submit import job_id
from bot.wishes import Misunderstood, Revise
from engine.domain.job import Job, Origin
from engine.domain.request import Revision


def register(app: AsyncApp, front: Front) -> None:
    async def on_message(body: dict[str, Any]) -> None:
        if deleted := payloads.deleted(body):
            await _forget(front, deleted)
        elif message := payloads.message(body):
            await _hear(front, message)

    app.event("app_mention")(on_message)
    app.event("message")(on_message)


async def _hear(front: Front, message: Message) -> None:
    thread = await front.desk.in_thread(message.channel, message.thread)
    if not is_for_app(message, thread):
        return
    origin = Origin(
        message.workspace,
        message.channel,
        message.user,
        thread=message.thread or ("" if message.direct else message.ts),
        locale=front.people.locale(message.user, message.text),
    )
    answer = await _answer(front, message, thread, origin)
    if answer and front.once.first(message.key):
        front.whisper(Place(origin.channel, message.thread), origin.user, answer)


async def _answer(front: Front, message: Message, thread: Sequence[Job], origin: Origin) -> str:
    try:
        wish = front.reader.plain(message.text, origin.locale, revising=may_be_revised(thread))
    except Misunderstood as error:
        return error.answer
    if not isinstance(wish, Revise):
        return await carry_out(front, wish, message.key, origin)
    parent = version(thread, wish.version) if wish.version else latest(thread)
    if parent is None and not wish.version:
        return front.words.say(origin.locale, "error.still_being_made")
    if parent is None:
        return front.words.say(origin.locale, "error.no_such_version", version=wish.version)
    await front.desk.revise(message.key, origin, parent, Revision(parent.id, wish.mode, wish.instruction, wish.variant))
    return ""


async def _forget(front: Front, deleted: Deleted) -> None:
    """Whoever deletes their request does not want it any more."""
    job = await front.desk.find(job_id(message_key(deleted.channel, deleted.ts)), deleted.workspace)
    if job is not None and not job.state.finished and job.origin.user == deleted.user:
        await front.desk.cancel(job)
