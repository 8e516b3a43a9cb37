"""The slash command."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.answers import carry_out
from bot.command.clean import clean
from bot.errors import OverLimit
from bot.front import Front
from bot.library import learn, look, shelf
from bot.ports import Block, Place
from bot.replies import Wanted, draft
from bot.saving import keep_recipe
from bot.slack import payloads
from bot.slack.payloads import SlashCommand
from bot.slack.quiet import UNFURL_NOTHING
from bot.wishes import Draft, Learn, Look, Misunderstood, OpenForm, Recipes, RemoveRecipe, SaveRecipe, Shelf, Wish
from engine.domain.job import Origin


def register(app: AsyncApp, front: Front) -> None:
    async def aigc(body: dict[str, Any], ack: AsyncAck) -> None:
        command = payloads.slash_command(body)
        answer, blocks = await _answer(front, command)
        if answer:
            shown = [dict(block) for block in blocks] or None
            await ack(text=answer, blocks=shown, response_type="ephemeral", **UNFURL_NOTHING)
        else:
            await ack()

    app.command(front.command)(aigc)


async def _answer(front: Front, command: SlashCommand) -> tuple[str, Sequence[Block]]:
    """What to say and to show the sender alone."""
    front = await front.at(command.workspace)
    locale = front.people.locale(command.user, command.text)
    origin = Origin(command.workspace, command.channel, command.user, locale=locale)
    try:
        wish = front.reader.command(command.text, locale)
    except Misunderstood as error:
        return error.answer, ()
    if isinstance(wish, Recipes):
        return front.words.recipes(locale, wish.query)
    if later := _later(front, wish, command, origin):
        front.background.start(later)
        return "", ()
    try:
        return await _now(front, wish, f"cmd:{command.trigger_id}", origin), ()
    except OverLimit as error:
        return front.words.denied(locale, error.denial, clean(command.text)), ()


def _later(front: Front, wish: Wish, command: SlashCommand, origin: Origin) -> Coroutine[None, None, None] | None:
    """What goes on after the acknowledgement: what Slack is asked for may take longer than that may."""
    match wish:
        case OpenForm():
            form = front.words.request_form(origin.locale, Place(command.channel))
            return front.voice.open_form(command.trigger_id, form)
        case Learn() | Look():
            return _know(front, wish, command, origin)
        case Draft():
            return _draft(front, wish, command, origin)
    return None


async def _now(front: Front, wish: Wish, key: str, origin: Origin) -> str:
    """Raises OverLimit."""
    match wish:
        case SaveRecipe() | RemoveRecipe():
            return await keep_recipe(front, wish, origin)
        case Shelf():
            return await shelf(front, origin, front.catalogue.documents)
    return await carry_out(front, wish, key, origin)


async def _know(front: Front, wish: Learn | Look, command: SlashCommand, origin: Origin) -> None:
    key = f"cmd:{command.trigger_id}"
    try:
        told = await (learn(front, wish, key, origin) if isinstance(wish, Learn) else look(front, wish, key, origin))
    except OverLimit as error:
        told = front.words.denied(origin.locale, error.denial, clean(command.text))
    if told:
        await front.voice.whisper(Place(command.channel), command.user, told)


async def _draft(front: Front, wish: Draft, command: SlashCommand, origin: Origin) -> None:
    wanted = Wanted(f"cmd:{command.trigger_id}", wish.purpose, command.channel, note=wish.note)
    told = await draft(front, wanted, origin)
    await front.voice.whisper(Place(command.channel), command.user, told)
