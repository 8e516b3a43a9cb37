"""The forms: a new request, and a revision."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.answers import carry_out
from bot.errors import FileError, OverLimit
from bot.front import Front
from bot.ports import Place
from bot.slack import payloads
from bot.slack.payloads import Submission, uploaded
from bot.slack.recipe_fields import RECIPE, ROWS
from bot.slack.views import KIND, REQUEST, REVISE
from bot.tables import Given, plan
from bot.wishes import ForRows, Misunderstood
from engine.domain.job import Origin
from engine.domain.request import Revision
from engine.errors import EngineError

log = logging.getLogger(__name__)

Take = Callable[[Front, Submission], Awaitable[None]]


def register(app: AsyncApp, front: Front) -> None:
    async def request(body: dict[str, Any], ack: AsyncAck) -> None:
        await _submitted(front, payloads.submission(body), ack, _request)

    async def revise(body: dict[str, Any], ack: AsyncAck) -> None:
        await _submitted(front, payloads.submission(body), ack, _revise)

    async def choose_form(body: dict[str, Any], ack: AsyncAck) -> None:
        choice = payloads.form_choice(body)
        here = await front.at(choice.workspace)
        other = here.reader.other_form(choice)
        form = here.words.request_form(other.locale, other.place, other.kind, other.recipe, rows=other.rows)
        front.background.start(front.voice.update_form(choice.view_id, choice.hash, form))
        await ack()

    for choice in (KIND, RECIPE, ROWS):
        app.action(choice)(choose_form)
    app.view(REQUEST)(request)
    app.view(REVISE)(revise)


async def _submitted(front: Front, submission: Submission, ack: AsyncAck, take: Take) -> None:
    """Close the form, or show in it what is wrong."""
    try:
        await take(front, submission)
    except Misunderstood as error:
        if error.field:
            await ack(response_action="errors", errors={error.field: error.answer, **error.others})
            return
        front.whisper(Place(submission.user), submission.user, error.answer)
    except OverLimit as error:  # the form stays open, with all that was typed into it
        said = front.words.denied(front.people.locale(submission.user), error.denial)
        await ack(response_action="errors", errors={_typed_into(submission): said})
        return
    await ack()


def _typed_into(submission: Submission) -> str:
    """The block that holds the words of whoever filled in the form."""
    return next((name for name in submission.values if name.startswith(("prompt_", "instruction"))), "instruction")


async def _request(front: Front, submission: Submission) -> None:
    front = await front.at(submission.workspace)
    place, wish = front.reader.request_form(submission)
    origin = _origin(front, submission, place)
    if isinstance(wish, ForRows):
        await front.desk.ask(submission.key, origin)
        front.background.start(_plan(front, submission, place, wish, origin))
    elif answer := await carry_out(front, wish, submission.key, origin):
        front.whisper(place, submission.user, answer)


async def _plan(front: Front, submission: Submission, place: Place, wish: ForRows, origin: Origin) -> None:
    """After the acknowledgement: fetching the table may take longer than that may."""
    try:
        answer = await plan(front, Given(submission.key, uploaded(submission)[0], place, in_form=True), wish, origin)
    except (FileError, EngineError) as error:
        log.warning("a table cannot be used: %s: %s", type(error).__name__, error)
        answer = front.words.say(origin.locale, error.key if isinstance(error, FileError) else "error.try_again")
    if answer:
        await front.voice.whisper(place, origin.user, answer)


async def _revise(front: Front, submission: Submission) -> None:
    place, job_id, variant, instruction = front.reader.revise_form(submission)
    origin = _origin(front, submission, place)
    parent = await front.desk.find(job_id, submission.workspace)
    if parent is None:
        front.whisper(place, submission.user, front.words.say(origin.locale, "error.no_such_job"))
        return
    if parent.forgotten_at is not None:
        front.whisper(place, submission.user, front.words.say(origin.locale, "error.forgotten"))
        return
    revision = Revision(parent.id, instruction=instruction, variant=variant)
    await front.desk.revise(submission.key, origin, parent, revision)


def _origin(front: Front, submission: Submission, place: Place) -> Origin:
    locale = front.people.locale(submission.user)
    return Origin(submission.workspace, place.channel, submission.user, place.thread, locale)
