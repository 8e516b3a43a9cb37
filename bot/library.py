"""Use case: an admin gives files, pinned messages or a canvas to the knowledge base; anybody looks into it.

What is given becomes a job, whose message shows how far it is and what could not be read. What was posted in a channel
is for that channel alone unless the admin says otherwise: nobody is to be answered from what they may not read.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.errors import DeliveryError, FileError
from bot.front import Front
from bot.ports import Attachment, Pinned
from bot.slack.text import escape, one_line
from bot.wishes import Learn, Look
from engine.domain.job import Origin
from engine.domain.knowledge import EVERYBODY, THIS_CHANNEL, Document, channel_scope, team_of
from engine.domain.request import CopyParams, Kind, Request
from engine.domain.work import Learning, Looking, Material
from engine.errors import EngineError

log = logging.getLogger(__name__)

MOST_NAME_CHARS = 80


async def learn(front: Front, wish: Learn, key: str, origin: Origin, files: Sequence[Attachment] = ()) -> str:
    """Start it; what to tell whoever asked, alone: "" where the job's message says all.

    Raises OverLimit and StoreUnavailable.
    """
    say = front.words.say
    if origin.user not in front.desk.gate.limits.admins:
        return say(origin.locale, "library.not_admin")
    if (team := team_of(wish.scope)) and team not in front.teams.members:
        return _unknown_team(front, origin.locale, team)
    if wish.source == "files" and not files:
        return say(origin.locale, "library.no_files")
    await front.desk.ask(key, origin)
    try:
        materials, told = await _gathered(front, wish, origin, files)
    except DeliveryError as error:
        log.warning("what is kept at a channel cannot be read: %s", type(error).__name__)
        return say(origin.locale, "library.unreachable")
    if materials:
        work = Learning(tuple(materials), _scope(wish, origin))
        await front.desk.start(key, origin, Request(Kind.COPY, "", CopyParams(), work=work), asked=True)
    return "\n".join(told)


async def look(front: Front, wish: Look, key: str, origin: Origin) -> str:
    """Start it; what to tell whoever asked, alone: where they alone see what is found, "" where that is here.

    In a channel, where customers may be, nobody else is shown it. Raises OverLimit.
    """
    work = Looking(wish.question, "" if origin.direct else origin.channel)
    request = Request(Kind.COPY, "", CopyParams(), work=work)
    try:
        direct = await front.threads.direct(origin.user)
        await front.desk.start(key, replace(origin, channel=direct, thread=""), request)
    except (DeliveryError, EngineError) as error:
        log.warning("nothing can be looked up: %s", type(error).__name__)
        return front.words.say(origin.locale, "error.try_again")
    return "" if direct == origin.channel else front.words.say(origin.locale, "library.looking")


async def shelf(front: Front, origin: Origin, documents: Callable[[], tuple[Document, ...]]) -> str:
    """What there is, for admins. Raises StoreUnavailable."""
    if origin.user not in front.desk.gate.limits.admins:
        return front.words.say(origin.locale, "library.not_admin")
    return front.words.documents(origin.locale, await asyncio.to_thread(documents))


def _unknown_team(front: Front, locale: str, team: str) -> str:
    known = ", ".join(map(escape, front.teams.members))
    if not known:
        return front.words.say(locale, "library.no_teams")
    return front.words.say(locale, "library.unknown_team", team=escape(team), teams=known)


async def _gathered(
    front: Front, wish: Learn, origin: Origin, files: Sequence[Attachment]
) -> tuple[list[Material], list[str]]:
    """What there is to learn, and what to tell of the rest. Raises DeliveryError."""
    if wish.source == "pins":
        return await _pins(front, origin, await front.channels.pins(origin.channel))
    if wish.source == "canvas":
        canvas = await front.channels.canvas(origin.channel)
        if canvas is None:
            return [], [front.words.say(origin.locale, "library.no_canvas")]
        files = [canvas]
    found = [await _kept(front, file, origin) for file in files]
    return [each for each in found if isinstance(each, Material)], [each for each in found if isinstance(each, str)]


async def _kept(front: Front, file: Attachment, origin: Origin) -> Material | str:
    """A file as the worker finds it, or why it cannot be had.

    A file of the same name that comes to the same channel later takes its place; those of two channels have nothing to
    do with each other, even where both are for everybody.
    """
    name = _name(file.name) or file.id
    try:
        blob = await front.uploads.keep_document(file)
    except FileError as error:
        log.warning("a file for the knowledge base cannot be had: %s", type(error).__name__)
        why = front.words.say(origin.locale, error.key)
        return front.words.say(origin.locale, "library.file", name=escape(name), why=why)
    if file.is_canvas:
        return Material(blob, f"{name}.html", file.link, f"slack:canvas/{file.id}")
    return Material(blob, name, file.link, f"slack:{origin.channel}/{name}")


async def _pins(front: Front, origin: Origin, pins: Sequence[Pinned]) -> tuple[list[Material], list[str]]:
    if not pins:
        return [], [front.words.say(origin.locale, "library.no_pins")]
    files = {file.id: file for pin in pins for file in pin.files}
    found = [await _said(front, pin, origin) for pin in pins if pin.text.strip()]
    found += [await _kept(front, file, origin) for file in files.values()]
    materials = {each.source: each for each in reversed(found) if isinstance(each, Material)}  # the newest of a name
    told = dict.fromkeys(each for each in found if isinstance(each, str))  # where nothing can be stored, all say so
    return list(reversed(materials.values())), list(told)


async def _said(front: Front, pin: Pinned, origin: Origin) -> Material | str:
    """What a pinned message says, as the worker finds it, or why it cannot be kept."""
    try:
        blob = await front.uploads.keep_text(pin.text)
    except FileError as error:
        return front.words.say(origin.locale, error.key)
    return Material(blob, f"{_name(pin.text) or pin.ts}.txt", pin.link, f"slack:{origin.channel}/{pin.ts}")


def _scope(wish: Learn, origin: Origin) -> str:
    """Where nobody said: of what an admin sends to the app itself, everybody's; else the channel's own."""
    if wish.scope and wish.scope != THIS_CHANNEL:
        return wish.scope
    return EVERYBODY if origin.direct else channel_scope(origin.channel)


def _name(text: str) -> str:
    """One line to be read, and no path."""
    line = one_line(text).replace("/", " ").replace("\\", " ").strip(" .")
    return line if len(line) <= MOST_NAME_CHARS else f"{line[: MOST_NAME_CHARS - 20]}…{line[-19:]}"
