"""Messages: mentions, direct messages, replies in threads, and the deletion of any of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.answers import carry_out
from bot.conversation import is_for_app, is_forgotten, latest, made_there, may_be_revised, version
from bot.desk import ANSWER_S
from bot.errors import FileError, OverLimit
from bot.front import Front
from bot.library import learn
from bot.ports import Attachment, Place
from bot.replies import Wanted, draft
from bot.saving import keep_recipe
from bot.slack import payloads
from bot.slack.payloads import Deleted, Message, message_key
from bot.submit import job_id
from bot.tables import Given, plan, run_key
from bot.trouble import tell_writer
from bot.uploads import first_image, first_table
from bot.wishes import Draft, Generate, Misunderstood, Recipes, RemoveRecipe, Revise, SaveRecipe, Wish
from engine.domain.job import Job, Origin
from engine.domain.request import DrawParams, Kind, Request, Revision
from engine.domain.work import ForEachRow

log = logging.getLogger(__name__)


def register(app: AsyncApp, front: Front) -> None:
    async def on_message(body: dict[str, Any], request: AsyncBoltRequest) -> None:
        if deleted := payloads.deleted(body):
            await _forget(front, deleted)
        elif message := payloads.message(body):
            await _hear(front, message, on_failure=partial(tell_writer, front, body, request.headers))

    app.event("app_mention")(on_message)
    app.event("message")(on_message)


async def _hear(front: Front, message: Message, on_failure: Callable[[], None]) -> None:
    """Answer within the time that Slack waits; fetching a file or a thread may take longer, and goes on by itself.

    Raises StillBusy in that case: Slack sends the message again, which does no harm, and is what saves it if this
    process ends before the file is there. What fails after that is told by `on_failure`.
    """
    if message.files or (message.mentions_app and not message.direct):
        await front.background.within(message.key, lambda: _respond(front, message), ANSWER_S, on_failure)
    else:
        await _respond(front, message)


async def _respond(front: Front, message: Message) -> None:
    thread = made_there(await front.desk.in_thread(message.channel, message.thread))
    if front.once.seen(_gone(message.key)) or not is_for_app(message, thread):
        return
    if message.files and await _was_answered(front, message):
        return
    front = await front.at(message.workspace)
    origin = Origin(
        message.workspace,
        message.channel,
        message.user,
        thread=message.thread or ("" if message.direct else message.ts),
        locale=front.people.locale(message.user, message.text),
    )
    try:
        answer = await _answer(front, message, thread, origin)
    except OverLimit as error:
        answer = f"{front.words.denied(origin.locale, error.denial)}\n{front.words.say(origin.locale, 'limit.above')}"
    if answer and front.once.first(message.key):
        front.whisper(Place(origin.channel, message.thread), origin.user, answer)


async def _was_answered(front: Front, message: Message) -> bool:
    """Its job is there, or its writer was told why there is none: nothing to fetch again."""
    if front.once.seen(message.key):
        return True
    for key in (message.key, run_key(message.key)):
        if await front.desk.find(job_id(key), message.workspace) is not None:
            return True
    return False


async def _answer(front: Front, message: Message, thread: Sequence[Job], origin: Origin) -> str:
    file = first_image(message.files)
    with_image = file is not None and file.is_image
    if with_image and not message.text:
        return front.words.say(origin.locale, "upload.no_words")
    among_people = message.mentions_app and not message.direct
    revising = may_be_revised(thread)
    try:
        if message.files and (lesson := front.reader.learning(message.text, origin.locale)):
            return await learn(front, lesson, message.key, origin, message.files)
        if (table := first_table(message.files)) and (rows := front.reader.table(message.text, origin.locale)):
            given = Given(message.key, table, Place(origin.channel, message.thread))
            return await plan(front, given, rows, origin)
        wish = front.reader.plain(
            message.text, origin.locale, revising=revising, with_image=with_image, among_people=among_people
        )
        return _not_for_guests(front, message, origin, wish) or await _do(front, message, thread, origin, wish)
    except Misunderstood as error:
        return error.answer
    except FileError as error:
        log.warning("an attached file cannot be used: %s: %s", type(error).__name__, error)
        return front.words.say(origin.locale, error.key)


def _not_for_guests(front: Front, message: Message, origin: Origin, wish: Wish) -> str:
    """What a customer in a shared channel is told who asks for what agents alone may have; "" where they may."""
    refused = message.by_guest and isinstance(wish, Draft | SaveRecipe | RemoveRecipe)
    return front.words.say(origin.locale, "error.guest") if refused else ""


async def _do(front: Front, message: Message, thread: Sequence[Job], origin: Origin, wish: Wish) -> str:
    """Raises FileError and OverLimit."""
    match wish:
        case Revise():
            return await _revise(front, message, thread, origin, wish)
        case Generate(request):
            return await _generate(front, message, origin, request)
        case Draft():
            return await _draft(front, message, origin, wish)
        case SaveRecipe() | RemoveRecipe():
            return await keep_recipe(front, wish, origin, thread)
        case Recipes(query):
            shown = front.words.recipes(origin.locale, query)
            if front.once.first(message.key):
                front.whisper(Place(origin.channel, message.thread), origin.user, *shown)
            return ""
    return await carry_out(front, wish, message.key, origin)


async def _generate(front: Front, message: Message, origin: Origin, request: Request) -> str:
    file, key = first_image(message.files), ""
    if file is not None and isinstance(request.params, DrawParams):
        key = await _fetch(front, message, origin, file)
        request = replace(request, params=replace(request.params, init_image=key))
    await _unless_gone(front, message, await front.desk.start(message.key, origin, request, asked=bool(key)))
    return _about_files(front, message, origin, request.kind)


async def _draft(front: Front, message: Message, origin: Origin, wish: Draft) -> str:
    """Of the thread, or at the top of a channel of what somebody asked there last."""
    note = wish.note
    return await draft(
        front, Wanted(message.key, wish.purpose, message.channel, message.thread, "", note, message.ts), origin
    )


async def _revise(front: Front, message: Message, thread: Sequence[Job], origin: Origin, wish: Revise) -> str:
    parent = version(thread, wish.version) if wish.version else latest(thread)
    if parent is None and is_forgotten(thread, wish.version):
        return front.words.say(origin.locale, "error.forgotten")
    if parent is None and not wish.version:
        return front.words.say(origin.locale, "error.still_being_made")
    if parent is None:
        return front.words.say(origin.locale, "error.no_such_version", version=wish.version)
    if isinstance(parent.request.work, ForEachRow):
        return front.words.say(origin.locale, "table.no_revision")
    file = first_image(message.files) if parent.request.kind is Kind.DRAW else None
    key = await _fetch(front, message, origin, file) if file else ""
    variant = (parent.picked or 0) if wish.variant is None else wish.variant
    revision = Revision(parent.id, wish.mode, wish.instruction, variant)
    await _unless_gone(front, message, await front.desk.revise(message.key, origin, parent, revision, key))
    return _about_files(front, message, origin, parent.request.kind)


async def _fetch(front: Front, message: Message, origin: Origin, file: Attachment) -> str:
    """The artifact's key of a file, if its writer may send a request now. Raises OverLimit and FileError."""
    await front.desk.ask(message.key, origin)
    return await front.uploads.keep(file)


async def _unless_gone(front: Front, message: Message, job: Job) -> None:
    """Cancel the job of a message that was deleted while it was being taken: there was nothing to cancel then."""
    if front.once.seen(_gone(message.key)) and not job.state.finished:
        await front.desk.cancel(job)


def _about_files(front: Front, message: Message, origin: Origin, kind: Kind) -> str:
    """What became of files that were not used; "" where there are none."""
    if message.files and kind is Kind.COPY:
        return front.words.say(origin.locale, "upload.words_only")
    if len(message.files) > 1:
        return front.words.say(origin.locale, "upload.several", count=len(message.files))
    return ""


async def _forget(front: Front, deleted: Deleted) -> None:
    """Whoever deletes their request does not want it any more; Slack may tell of that first."""
    front.once.first(_gone(message_key(deleted.channel, deleted.ts)))
    job = await front.desk.find(job_id(message_key(deleted.channel, deleted.ts)), deleted.workspace)
    if job is not None and not job.state.finished and job.origin.user == deleted.user:
        await front.desk.cancel(job)


def _gone(key: str) -> str:
    """How a deletion is remembered."""
    return f"gone:{key}"
