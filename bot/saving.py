"""Carries out what people ask about recipes of their own: save a thread as one, take one away."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation import has_result
from bot.cookbook import MOST
from bot.front import Front
from bot.wishes import RemoveRecipe, SaveRecipe
from engine.domain.job import Job, Origin
from engine.domain.request import Kind
from engine.domain.saved import name_of
from engine.domain.work import FromRecipe
from engine.errors import ConfigurationError

_LOOKED_AT = 20
"""So many of a person's latest jobs are looked through for the one to save."""


async def keep_recipe(front: Front, wish: SaveRecipe | RemoveRecipe, origin: Origin, thread: Sequence[Job] = ()) -> str:
    """What to tell whoever asks. Raises StoreUnavailable."""
    if isinstance(wish, SaveRecipe):
        return await _save(front, wish, origin, thread)
    return await _remove(front, wish, origin)


async def _save(front: Front, wish: SaveRecipe, origin: Origin, thread: Sequence[Job]) -> str:
    """The newest text of the thread, or else of whoever asks in this channel."""
    mine = tuple(reversed(await front.desk.recent(origin, _LOOKED_AT)))
    jobs = to_save(thread or mine, origin.channel)
    if not jobs or front.cookbook is None:
        return front.words.say(origin.locale, "recipe.nothing_to_save")
    name = name_of(wish.title)
    if front.reader.recipe(name) is not None:
        return front.words.say(origin.locale, "recipe.taken", name=name)
    try:
        saving = await front.cookbook.save(wish.title, jobs[-1], origin.user)
    except ConfigurationError:
        return front.words.say(origin.locale, "recipe.cannot_save")
    return front.words.say(origin.locale, f"recipe.{saving.value}", name=name, most=MOST)


async def _remove(front: Front, wish: RemoveRecipe, origin: Origin) -> str:
    """By its author or an admin."""
    name = name_of(wish.title)
    saved = await front.cookbook.stored(origin.workspace, name) if front.cookbook else None
    if saved is None:
        return front.words.say(origin.locale, "recipe.not_saved", name=name)
    if origin.user not in (saved.author, *front.desk.gate.limits.admins):
        return front.words.say(origin.locale, "recipe.not_yours", name=name)
    if front.cookbook is not None:
        await front.cookbook.remove(saved)
    return front.words.say(origin.locale, "recipe.removed", name=name)


def to_save(jobs: Sequence[Job], channel: str) -> list[Job]:
    """Those that a recipe can be made of: texts that came out there, in the order given."""
    return [job for job in jobs if job.origin.channel == channel and _is_text(job)]


def _is_text(job: Job) -> bool:
    plain = job.request.work is None or isinstance(job.request.work, FromRecipe)
    return job.request.kind is Kind.COPY and plain and has_result(job)
