"""What can be done with a draft: change it, read its sources, copy it, send it, say how good it is, keep it."""

from __future__ import annotations

import logging
import re
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot import canned
from bot.errors import OverLimit
from bot.feedback import rate
from bot.front import Front
from bot.listeners.presses import Aside, Press, asked_in, listener
from bot.ports import Place
from bot.replies import Edited, already, instruction, send, sending, take_back
from bot.slack import payloads, reply_views
from bot.slack.buttons import (
    CANNED,
    CHANGE,
    CHANGES,
    FORGET,
    RATE,
    SEND,
    SOURCE,
    TAKE_BACK,
    TEXT,
    TONE,
    TONES,
    UP,
    target,
)
from bot.slack.payloads import Click, Submission
from bot.slack.reply_views import RATE_FORM, SEND_FORM
from bot.slack.views import memo
from engine.domain.job import Job, Origin
from engine.domain.request import Revision
from engine.domain.work import Drafting
from engine.errors import EngineError

log = logging.getLogger(__name__)


def register(app: AsyncApp, front: Front) -> None:
    presses: dict[str | re.Pattern[str], Press] = {
        re.compile(rf"{CHANGE}(?:{'|'.join(CHANGES)})"): _change,
        TONE: _tone,
        re.compile(rf"{SOURCE}\d{{1,3}}"): _source,
        TEXT: _text,
        SEND: _open_send_form,
        RATE: _rate,
        CANNED: _save_canned,
        TAKE_BACK: _take_back,
    }
    for action_id, press in presses.items():
        app.action(action_id)(listener(front, press, asked_in, guests=False))

    async def edited(body: dict[str, Any], ack: AsyncAck) -> None:
        answer = _not_for_guests(front, body) or await _send(front, payloads.submission(body))
        if answer:
            await ack(response_action="errors", errors={"text": answer})
        else:
            await ack()

    async def explained(body: dict[str, Any], ack: AsyncAck) -> None:
        if not payloads.by_guest(body):
            await _explain(front, payloads.submission(body))
        await ack()

    async def forgotten(body: dict[str, Any], ack: AsyncAck) -> None:
        await _forget_canned(front, body)
        await ack()

    app.action(FORGET)(forgotten)
    app.view(SEND_FORM)(edited)
    app.view(RATE_FORM)(explained)


async def _change(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    return await _revise(front, click, job, origin, click.action.removeprefix(CHANGE))


async def _tone(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    tone = target(click.value).choice
    return await _revise(front, click, job, origin, tone) if tone in TONES else ""


async def _revise(front: Front, click: Click, job: Job, origin: Origin, change: str) -> str:
    wish = instruction(front, origin.locale, job, change)
    await front.desk.revise(click.key, origin, job, Revision(job.id, instruction=wish))
    return ""


async def _source(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    found = [each for each in (job.result.sources if job.result else ()) if each.number == variant]
    if not found:
        return front.words.say(origin.locale, "error.forgotten")
    shown = found[0].passage
    removable = await canned.removable(front, shown.document, origin) if shown.canned else ""
    _open(front, click, reply_views.passage(origin.locale, found[0], removable))
    return ""


async def _text(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    texts = [artifact.text for artifact in (job.result.artifacts if job.result else ())]
    _open(front, click, reply_views.text_to_copy(origin.locale, texts))
    return ""


async def _open_send_form(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    work = job.request.work
    if not isinstance(work, Drafting) or not (job.result and job.result.artifacts):
        return front.words.say(origin.locale, "error.no_such_job")
    so_far = await sending(front, job)
    if so_far.job is not None:
        return already(front, origin.locale, so_far.job)
    form = reply_views.send_form(origin.locale, Place(work.channel, work.thread), job, work.question, so_far.before)
    _open(front, click, form)
    return ""


async def _take_back(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    return await take_back(front, job, origin.locale)


def _not_for_guests(front: Front, body: dict[str, Any]) -> str:
    """What a customer in a shared channel is told; "" for people of the app's own workspace."""
    locale = front.people.locale(payloads.submission(body).user)
    return front.words.say(locale, "error.guest") if payloads.by_guest(body) else ""


async def _send(front: Front, submission: Submission) -> str:
    """What to say in the form, "" once it is on its way."""
    locale = front.people.locale(submission.user)
    text, reason, marked = reply_views.read_send_form(submission.values)
    draft = await front.desk.find(memo(submission.private_metadata).job_id, submission.workspace)
    if draft is None or draft.origin.user != submission.user:
        return front.words.say(locale, "error.no_such_job")
    try:
        return await send(front, draft, Edited(text, reason, marked), locale)
    except OverLimit as error:
        return front.words.denied(locale, error.denial)


async def _rate(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    """A thumb counts at once; of one that is down, the reason is asked for."""
    up = target(click.value).choice == UP
    thanks = await rate(front, job, origin, up=up)
    if up:
        return thanks
    _open(front, click, reply_views.rate_form(origin.locale, job))
    return ""


async def _explain(front: Front, submission: Submission) -> None:
    note = memo(submission.private_metadata)
    draft = await front.desk.find(note.job_id, submission.workspace)
    origin = Origin(submission.workspace, note.channel, submission.user, "", front.people.locale(submission.user))
    if draft is not None and draft.origin.user == submission.user:
        reason = reply_views.read_rate_form(submission.values)
        front.whisper(note.place, submission.user, await rate(front, draft, origin, up=False, reason=reason))


async def _save_canned(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> Aside:
    said, reply_id = await canned.save_canned(front, job, origin)
    return Aside(said, reply_views.saved(origin.locale, said, reply_id))


async def _forget_canned(front: Front, body: dict[str, Any]) -> None:
    """In the message that says that it is saved, which goes, or in the form that shows it, which says so."""
    click, locale = payloads.click(body), front.people.locale(payloads.click(body).user)
    origin = Origin(click.workspace, click.channel, click.user, click.thread, locale)
    guest = payloads.by_guest(body)
    reply_id = target(click.value).job_id
    try:
        said = front.words.say(locale, "error.guest") if guest else await canned.remove_canned(front, reply_id, origin)
    except EngineError as error:
        if "view" not in body:  # beside a message it is told as of any button
            raise
        log.warning("a canned reply cannot be removed: %s: %s", type(error).__name__, error)
        said = front.words.say(locale, "error.try_again")
    if "view" in body:
        view = payloads.form_choice(body)
        front.background.start(front.voice.update_form(view.view_id, view.hash, reply_views.removed(locale, said)))
    else:
        front.background.start(front.voice.dismiss(click.response_url))
        front.whisper(payloads.aside(body, click), click.user, said)


def _open(front: Front, click: Click, form: dict[str, Any]) -> None:
    front.background.start(front.voice.open_form(click.trigger_id, form))
