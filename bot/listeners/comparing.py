"""What differs between two variants or versions: the button that opens the form, and the two menus in it."""

from __future__ import annotations

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.front import Front
from bot.listeners.presses import asked_in, listener
from bot.ports import Place
from bot.slack import payloads
from bot.slack.buttons import COMPARE
from bot.slack.compare import LEFT, RIGHT
from bot.slack.payloads import Click, FormChoice
from engine.domain.job import Job, Origin


def register(app: AsyncApp, front: Front) -> None:
    async def choose(body: dict[str, Any], ack: AsyncAck) -> None:
        await _choose(front, payloads.form_choice(body))
        await ack()

    app.action(COMPARE)(listener(front, _open, asked_in))
    for action_id in (LEFT, RIGHT):
        app.action(action_id)(choose)


async def _open(front: Front, click: Click, job: Job, variant: int, origin: Origin) -> str:
    versions = await front.desk.versions(job)
    form = front.words.compare_form(origin.locale, Place(origin.channel, origin.thread), job, versions)
    if form is None:
        return front.words.say(origin.locale, "compare.nothing")
    front.background.start(front.voice.open_form(click.trigger_id, form))
    return ""


async def _choose(front: Front, choice: FormChoice) -> None:
    """A choice of what was deleted meanwhile changes nothing."""
    job = await front.desk.find(front.reader.compared(choice), choice.workspace)
    form = front.words.other_comparison(choice, await front.desk.versions(job)) if job else None
    if form is not None:
        front.background.start(front.voice.update_form(choice.view_id, choice.hash, form))
