"""The shortcut that saves a text as a recipe, and the form that asks for its name."""

from __future__ import annotations

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.front import Front
from bot.ports import Place
from bot.saving import keep_recipe, to_save
from bot.slack import payloads
from bot.slack.pointed import Pointed, pointed
from bot.slack.views import SAVE
from bot.wishes import SaveRecipe
from engine.domain.job import Origin

SAVE_RECIPE = "save_recipe"


def register(app: AsyncApp, front: Front) -> None:
    async def save_recipe(body: dict[str, Any], ack: AsyncAck) -> None:
        asked = pointed(body)
        if payloads.by_guest(body):
            _refuse_guest(front, Place(asked.channel, asked.thread), asked.user)
        else:
            await _open(front, asked, payloads.shortcut(body).trigger_id)
        await ack()

    async def named(body: dict[str, Any], ack: AsyncAck) -> None:
        submission = payloads.submission(body)
        place, job_id, title = front.reader.save_form(submission)
        if payloads.by_guest(body):
            _refuse_guest(front, place, submission.user)
            await ack()
            return
        locale = front.people.locale(submission.user)
        origin = Origin(submission.workspace, place.channel, submission.user, place.thread, locale)
        job = await front.desk.find(job_id, submission.workspace)
        there = await front.at(submission.workspace)
        told = await keep_recipe(there, SaveRecipe(title), origin, [job] if job else [])
        front.whisper(place, submission.user, told)
        await ack()

    app.shortcut({"type": "message_action", "callback_id": SAVE_RECIPE})(save_recipe)
    app.view(SAVE)(named)


def _refuse_guest(front: Front, place: Place, user: str) -> None:
    front.whisper(place, user, front.words.say(front.people.locale(user), "error.guest"))


async def _open(front: Front, asked: Pointed, trigger_id: str) -> None:
    """The form for the newest text of the message's thread."""
    locale, place = front.people.locale(asked.user), Place(asked.channel, asked.thread)
    jobs = to_save(await front.desk.in_thread(asked.channel, asked.thread or asked.ts), asked.channel)
    if jobs and jobs[-1].origin.workspace == asked.workspace:
        form = front.words.save_form(locale, place, jobs[-1])
        front.background.start(front.voice.open_form(trigger_id, form))
    else:
        front.whisper(place, asked.user, front.words.say(locale, "recipe.nothing_to_save"))
