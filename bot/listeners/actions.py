"""The buttons below a result or a running job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.answers import cancel
from bot.front import Front
from bot.ports import Place
from bot.slack import payloads
from bot.slack.payloads import Click
from engine.domain.job import Job, Origin, State
from engine.domain.request import Revision, RevisionMode

Press = Callable[[Front, Click, Job, int, Origin], Awaitable[str]]
"""Does what a button says; what to tell the person who pressed it, or ""."""


def register(app: AsyncApp, front: Front) -> None:
    presses: dict[str, Press] = {
        "job_again": _again,
        "job_vary": _vary,
        "job_revise": _open_revise_form,
        "job_details": _details,
        "job_cancel": _cancel,
    }
    for action_id, press in presses.items():
        app.action(action_id)(_listener(front, press))


def _listener(front: Front, press: Press) -> Callable[..., Awaitable[None]]:
    async def pressed(body: dict[str, Any], ack: AsyncAck) -> None:
        click = payloads.click(body)
        origin = Origin(click.workspace, click.channel, click.user, click.thread, front.people.locale(click.user))
        job_id, variant = front.reader.button(click.value)
        job = await front.desk.find(job_id, click.workspace)
        if job is None or job.origin.channel != click.channel:
            answer = front.words.say(origin.locale, "error.no_such_job")
        else:
            answer = await press(front, click, job, variant, origin)
        if answer:
            front.whisper(payloads.aside(body, click), click.user, answer)
        await ack()

    return pressed


async def _again(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    if job.state is State.HELD:
        return front.words.say(origin.locale, "error.in_review")
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


async def _cancel(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    return await cancel(front, job, origin)
