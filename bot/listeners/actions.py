"""The buttons below a result or a running job."""

from __future__ import annotations

from slack_bolt.app.async_app import AsyncApp

from bot.answers import cancel
from bot.front import Front
from bot.listeners.presses import Press, asked_in, listener
from bot.ports import Place
from bot.slack.payloads import Click
from engine.domain.job import Job, Origin, State
from engine.domain.request import Revision, RevisionMode
from engine.domain.work import Learning


def register(app: AsyncApp, front: Front) -> None:
    presses: dict[str, Press] = {
        "job_again": _again,
        "job_vary": _vary,
        "job_revise": _open_revise_form,
        "job_details": _details,
        "job_cancel": _cancel,
        "job_pick": _pick,
    }
    for action_id, press in presses.items():
        app.action(action_id)(listener(front, press, asked_in))


async def _again(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    if job.state is State.HELD:
        return front.words.say(origin.locale, "error.in_review")
    if isinstance(job.request.work, Learning) and origin.user not in front.desk.gate.limits.admins:
        return front.words.say(origin.locale, "library.not_admin")  # the button is there for everybody in the channel
    await front.desk.revise(click.key, origin, job, Revision(job.id, RevisionMode.AGAIN, variant=variant))
    return ""


async def _vary(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    if job.state is State.HELD:
        return front.words.say(origin.locale, "error.in_review")
    await front.desk.revise(click.key, origin, job, Revision(job.id, RevisionMode.VARY, variant=variant))
    return ""


async def _open_revise_form(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    if job.state is State.HELD:
        return front.words.say(origin.locale, "error.in_review")
    form = front.words.revise_form(origin.locale, Place(origin.channel, origin.thread), job, variant)
    front.background.start(front.voice.open_form(click.trigger_id, form))
    return ""


async def _details(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    return front.words.details(origin.locale, job)


async def _pick(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    await front.desk.pick(job, variant, origin.user)
    return ""


async def _cancel(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    return await cancel(front, job, origin)
