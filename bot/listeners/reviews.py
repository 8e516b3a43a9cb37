"""The buttons of a review, the form for a reason, and the appeal below a refusal."""

from __future__ import annotations

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.front import Front
from bot.listeners.presses import Press, asked_in, listener
from bot.ports import Place
from bot.reviews import appeal, decide, image_link, objection
from bot.slack import payloads
from bot.slack.buttons import APPEAL, APPROVE, REJECT, VIEW_IMAGE
from bot.slack.payloads import Click
from bot.slack.views import REJECT as REJECT_FORM
from engine.domain.job import Job, Origin
from engine.domain.review import Outcome


def register(app: AsyncApp, front: Front) -> None:
    async def rejected(body: dict[str, Any], ack: AsyncAck) -> None:
        submission = payloads.submission(body)
        place, job_id, reason = front.reader.reject_form(submission)
        origin = Origin(submission.workspace, place.channel, submission.user, "", front.people.locale(submission.user))
        job = await front.desk.find(job_id, submission.workspace)
        answer = front.words.say(origin.locale, "error.no_such_job")
        if job is not None:
            answer = await decide(front, job, origin, Outcome.REJECTED, reason)
        if answer:
            front.whisper(place, submission.user, answer)
        await ack()

    presses: dict[str, Press] = {APPROVE: _approve, REJECT: _open_reject_form, VIEW_IMAGE: _view_image}
    for action_id, press in presses.items():
        app.action(action_id)(listener(front, press, _review_channel))
    app.action(APPEAL)(listener(front, _appeal, asked_in))
    app.view(REJECT_FORM)(rejected)


def _review_channel(job: Job) -> str:
    return job.result.hold.channel if job.result and job.result.hold else ""


async def _approve(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    return await decide(front, job, origin, Outcome.APPROVED)


async def _open_reject_form(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    if said := objection(front, job, origin):
        return said
    form = front.words.reject_form(origin.locale, Place(origin.channel), job)
    front.background.start(front.voice.open_form(click.trigger_id, form))
    return ""


async def _view_image(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    return image_link(front, job, origin, variant)


async def _appeal(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    return await appeal(front, job, origin)
