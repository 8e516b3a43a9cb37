"""The buttons in the list of recipes: each opens the form with that recipe."""

from __future__ import annotations

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.front import Front
from bot.ports import Place
from bot.slack import payloads
from bot.slack.recipe_list import OPEN


def register(app: AsyncApp, front: Front) -> None:
    async def use(body: dict[str, Any], ack: AsyncAck) -> None:
        click = payloads.click(body)
        place = Place(click.channel, payloads.aside(body, click).thread)
        here = await front.at(click.workspace)
        form = here.words.request_form(front.people.locale(click.user), place, recipe=click.value)
        front.background.start(front.voice.open_form(click.trigger_id, form))
        await ack()

    app.action(OPEN)(use)
