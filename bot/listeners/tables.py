"""The buttons below a table's plan: start the run, or do not."""

from __future__ import annotations

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.errors import OverLimit
from bot.front import Front
from bot.ports import Place
from bot.slack import payloads
from bot.slack.table_plan import DROP, START, plan_of
from bot.tables import start
from engine.domain.job import Origin


def register(app: AsyncApp, front: Front) -> None:
    async def started(body: dict[str, Any], ack: AsyncAck) -> None:
        click = payloads.click(body)
        plan, locale = plan_of(click.value), front.people.locale(click.user)
        origin = Origin(click.workspace, click.channel, click.user, plan.thread, locale)
        try:
            await start(front, plan, origin)
        except OverLimit as error:
            front.whisper(Place(click.channel, plan.thread), click.user, front.words.denied(locale, error.denial))
        else:
            front.background.start(front.voice.dismiss(click.response_url))
        await ack()

    async def dropped(body: dict[str, Any], ack: AsyncAck) -> None:
        click = payloads.click(body)
        front.background.start(front.voice.dismiss(click.response_url))
        await ack()

    app.action(START)(started)
    app.action(DROP)(dropped)
